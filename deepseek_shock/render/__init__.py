"""Reports to text: one renderer a format, one set of number functions for all of them."""
