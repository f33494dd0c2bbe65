"""The documentation's own commands, run as they stand."""
