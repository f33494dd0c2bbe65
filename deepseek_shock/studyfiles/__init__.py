"""The files of an event study: events, returns or prices of shares and benchmarks, factors."""
