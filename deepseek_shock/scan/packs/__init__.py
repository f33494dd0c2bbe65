"""The packed history: written whole, read with the standard library alone."""
