"""A spinner beside a command that takes longer than a second; on a terminal only."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import TextIO

_DELAY = 1.0
"""Seconds until it appears."""
_INTERVAL = 0.2
_FRAMES = "|/-\\"


@contextmanager
def spinner(stream: TextIO, message: str | Callable[[], str]) -> Iterator[None]:
    """Show a spinner with `message` on `stream` after a second, and erase it at the end.

    A function as `message` is called for every frame, for a message that counts.

    Driven by a timer's signal, not by a thread: the work may fork, and a forked process inherits neither
    threads nor timers, but a process with several threads can't fork safely.
    """
    if not stream.isatty() or threading.current_thread() is not threading.main_thread():
        yield
        return
    frames = cycle(_FRAMES)
    shown = 0

    def draw(_number: int, _frame: object) -> None:
        nonlocal shown
        text = message if isinstance(message, str) else message()
        stream.write(f"\r{next(frames)} {text.ljust(shown - 2)}")
        shown = max(shown, len(text) + 2)
        stream.flush()

    before = signal.signal(signal.SIGALRM, draw)
    signal.setitimer(signal.ITIMER_REAL, _DELAY, _INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if shown:
            stream.write("\r" + " " * shown + "\r")
            stream.flush()
