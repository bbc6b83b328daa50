"""Exceptions that end a command and are no failure of its work."""


class OutputClosedError(Exception):
    """Whoever read standard output has closed it."""


class CommandInterruptedError(Exception):
    """Ctrl-C ended a command that has nothing to finish."""
