"""Signals: the first stops after the units that run, the second kills them, the third ends Cellwright."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_STOP = 1
_KILL = 2
_FIRST = "stopping after what runs; press Ctrl-C again to kill\n"
_SECOND = "killing what runs\n"
_EXIT_BASE = 128
"""Shells report a process that a signal ended as this plus the signal's number."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def announce(level: int) -> None:
    """Say on standard error what an interrupt does; unbuffered, because a signal handler may take no lock."""
    try:
        os.write(2, (_FIRST if level == _STOP else _SECOND).encode())
    except OSError:
        return


class SignalInterrupts:
    """Counts the signals of a person (SIGINT by Ctrl-C) or a system (SIGTERM, SIGHUP)."""

    def __init__(self, announce: Callable[[int], None] = announce) -> None:
        self._counts: Counter[int] = Counter()
        self._announce = announce
        self.exit_code: int | None = None
        """130 after Ctrl-C; None while no signal has arrived."""

    def requested(self) -> int:
        """Return 0 for no interrupt, 1 for stop after the units that run, 2 for kill them."""
        return min(max(self._counts.values(), default=0), _KILL)

    @contextmanager
    def listening(self) -> Iterator["SignalInterrupts"]:
        """Handle the signals while the context lasts. A signal that was ignored stays ignored."""
        handled = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, self._received) for number in handled}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self._counts[number] >= _KILL:
            raise KeyboardInterrupt
        before = self.requested()
        self._counts[number] += 1
        self.exit_code = _EXIT_BASE + number
        if self.requested() > before:
            self._announce(self.requested())
