"""From a file of events to a study: its returns, where each event stands, what is found."""
