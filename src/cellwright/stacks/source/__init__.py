"""Where a stack's source comes from, and its tree of files."""
