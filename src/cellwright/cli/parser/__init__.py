"""The grammar of the command line: which commands there are, what each takes, and its help."""
