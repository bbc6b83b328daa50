"""Signals while a program of the person's own runs: they are that program's, whose end is waited for."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from cellwright.terraform.process.attached import in_foreground

_TYPED = frozenset((signal.SIGINT, signal.SIGQUIT))
"""What keys of a terminal send to all programs in its foreground."""
_PASSED = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)


class Signalled(Protocol):
    """What signals are for."""

    def signal(self, number: int) -> None:
        """Get a signal."""


@contextmanager
def signals_passed_to(process: Signalled) -> Iterator[None]:
    """Pass signals on to `process` while the block runs, but those that the terminal has sent it already."""

    def received(number: int, _frame: FrameType | None) -> None:
        if number in _TYPED and in_foreground():
            return
        process.signal(number)

    handled = [number for number in _PASSED if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, received) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
