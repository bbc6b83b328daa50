"""Git: runs the git binary, for the fleet repository and for the sources of stacks."""
