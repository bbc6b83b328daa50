"""Rows that can't be read back: somebody, or a disk, has changed them. A finding, never an internal error."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from cellwright.model.diagnostic import DiagnosticError, error

_P = ParamSpec("_P")
_R = TypeVar("_R")

DAMAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading a row raises whose content is not what was written. `DiagnosticError` is none of them."""


def damaged(what: str) -> DiagnosticError:
    """The failure to read a record of `what`."""
    return DiagnosticError(
        error(
            f"the ledger's record of {what} is damaged",
            "run `cellwright events verify`, and restore the ledger from a backup",
        )
    )


def reads(what: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let a function that reads a record of `what` raise a DiagnosticError where it is damaged."""

    def guard(read: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(read)
        def guarded(*arguments: _P.args, **named: _P.kwargs) -> _R:
            try:
                return read(*arguments, **named)
            except DAMAGE:
                # Raised without its cause: it may quote what the record holds.
                raise damaged(what) from None

        return guarded

    return guard
