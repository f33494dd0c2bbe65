"""How the store keeps bars in SQLite: opening, layout, reading, writing, checking."""
