"""From what a user names to ordered rows: files, columns, splits, damage."""
