"""A fleet behind a server: its API, as the command line uses it in place of the fleet's own files."""
