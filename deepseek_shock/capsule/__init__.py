"""The evidence capsule: all that a report was made of, in one file that proves itself."""
