"""Arithmetic: bars in, values out. One question a file. Pure."""
