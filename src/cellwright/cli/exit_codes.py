"""The exit codes of commands."""

DONE = 0
FINDINGS = 1
"""Errors were found, or units failed."""
USAGE = 2
CHANGES = 3
"""`plan --exit-code`: there are changes to apply."""
INTERNAL = 70
"""A bug in Cellwright; EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
"""As shells report a process that SIGINT ended."""
BROKEN_PIPE = 141
"""As shells report a process that SIGPIPE ended."""
