"""Views of a run while it goes on: a live table on a terminal, plain lines elsewhere."""
