"""Progress of a run: a live table on a terminal, plain lines elsewhere; a spinner for other commands."""
