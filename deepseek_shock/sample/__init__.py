"""What ships with the package: bars, baselines, instruments, watchlists, events."""
