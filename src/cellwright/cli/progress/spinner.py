"""A spinner beside a command that takes longer than a second; on a terminal only."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    """
    if not stream.isatty():
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_draw, args=(stream, message, ended), name="spinner", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _draw(stream: TextIO, message: str | Callable[[], str], ended: threading.Event) -> None:
    if ended.wait(_DELAY):
        return
    shown = 0
    with suppress(OSError, ValueError):  # a command must not fail because its terminal is closed
        for frame in cycle(_FRAMES):
            text = message if isinstance(message, str) else message()
            stream.write(f"\r{frame} {text.ljust(shown - 2)}")
            stream.flush()
            shown = max(shown, len(text) + 2)
            if ended.wait(_INTERVAL):
                break
        stream.write("\r" + " " * shown + "\r")
        stream.flush()
