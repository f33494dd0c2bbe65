"""A scan from what is asked to what was found: of files or of the store, here or on a cluster."""
