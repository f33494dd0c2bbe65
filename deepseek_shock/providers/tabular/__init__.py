"""How the user's tables are read: which header means what, how cells are written."""
