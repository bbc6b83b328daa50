"""Exceptions that end a command."""

from collections.abc import Callable

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position


class OutputClosedError(Exception):
    """Whoever read standard output has closed it."""


class CommandInterruptedError(Exception):
    """Ctrl-C ended a command that has nothing to finish."""


class FleetFailedError(Exception):
    """A command failed in a fleet whose files can be shown: at a terminal."""

    def __init__(self, failure: DiagnosticError, excerpts: Callable[[Position], str | None]) -> None:
        super().__init__(*failure.args)
        self.failure = failure
        self.excerpts = excerpts
