"""What is said: from findings to plain values that any renderer can format. Pure."""
