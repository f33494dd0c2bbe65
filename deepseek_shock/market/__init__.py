"""The nouns: exchanges, instruments, sessions, bars, events. Pure."""
