"""A spinner beside a command that takes longer than a second; without a terminal, a line now and then."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import TextIO

from cellwright.cli.progress.repeating import beside, repeating
from cellwright.cli.screen.layout import duration
from cellwright.model.text.visible import visible

_DELAY = 1.0
"""Seconds until it appears."""
_INTERVAL = 0.2
_FRAMES = "|/-\\"
_LINE_INTERVAL = 30.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def spinner(stream: TextIO, message: str | Callable[[], str]) -> Iterator[None]:
    """Show a spinner with `message` on `stream` after a second, and erase it at the end.

    A function as `message` is called for every frame, for a message that counts. Without a terminal, a line
    is written every half minute.
    """
    if not stream.isatty():
        started = time.monotonic()
        with repeating(lambda: _write_line(stream, message, started), _LINE_INTERVAL):
            yield
        return
    with beside(lambda ended: _draw(stream, message, ended), "spinner"):
        yield


def _write_line(stream: TextIO, message: str | Callable[[], str], started: float) -> None:
    with suppress(OSError, ValueError):
        stream.write(f"still {_text(message)} after {duration(time.monotonic() - started)}\n")
        stream.flush()


def _text(message: str | Callable[[], str]) -> str:
    return visible(message if isinstance(message, str) else message())


def _draw(stream: TextIO, message: str | Callable[[], str], ended: threading.Event) -> None:
    if ended.wait(_DELAY):
        return
    shown = 0
    with suppress(OSError, ValueError):  # a command must not fail because its terminal is closed
        for frame in cycle(_FRAMES):
            text = _text(message)
            stream.write(f"\r{frame} {text.ljust(shown - 2)}")
            stream.flush()
            shown = max(shown, len(text) + 2)
            if ended.wait(_INTERVAL):
                break
        stream.write("\r" + " " * shown + "\r")
        stream.flush()
