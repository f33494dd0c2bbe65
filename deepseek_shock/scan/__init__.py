"""Through a whole history of prices: every ticker, every session."""
