"""A sign of life while a command thinks for longer than a moment; a terminal only."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import TextIO

_PATIENCE = 1.0
"""Seconds that a person waits before wondering."""

_PACE = 0.2
_FRAMES = "|/-\\"


@contextmanager
def working(stream: TextIO, what: str | Callable[[], str]) -> Iterator[None]:
    """Turn a wheel on `stream` from the first second on, and wipe it away at the end.

    `what` is done is said beside it; asked for anew at each turn where it says how far the work has come.

    Driven by a timer's signal and not by a thread: the work may be shared with a copy of this process, and
    a copy has no threads; it has no timers either, so only one wheel turns.
    """
    if not stream.isatty() or threading.current_thread() is not threading.main_thread():
        yield
        return
    frames = cycle(_FRAMES)
    shown = 0

    def turn(_number: int, _frame: object) -> None:
        nonlocal shown
        said = what if isinstance(what, str) else what()
        stream.write(f"\r{next(frames)} {said.ljust(shown - 2)}")
        shown = max(shown, len(said) + 2)
        stream.flush()

    before = signal.signal(signal.SIGALRM, turn)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE, _PACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if shown:
            stream.write("\r" + " " * shown + "\r")
            stream.flush()
