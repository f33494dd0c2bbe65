"""shock: a market-shock reporter for the command line."""

__version__ = "0.1.0"  # a constant: importlib.metadata would cost every start 36 ms
