"""Terminal settings while the live table is drawn."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_LOCAL_FLAGS = 3
"""Index of the local modes in the list of termios (POSIX, 11.1.2.5)."""


@contextmanager
def interrupt_safe(stream: TextIO) -> Iterator[None]:
    """Keep Ctrl-C from printing `^C` into the table and from discarding output in the terminal's buffer.

    Changes nothing if `stream` is no terminal, or if this process is in the background: the system would
    stop it.
    """
    before = _changed(stream)
    try:
        yield
    finally:
        if before is not None:
            with suppress(termios.error, OSError, ValueError):
                termios.tcsetattr(stream.fileno(), termios.TCSADRAIN, before)


def _changed(stream: TextIO) -> list[int | list[bytes | int]] | None:
    try:
        descriptor = stream.fileno()
        if os.tcgetpgrp(descriptor) != os.getpgrp():
            return None
        before = termios.tcgetattr(descriptor)
        after = list(before)
        after[_LOCAL_FLAGS] = (before[_LOCAL_FLAGS] & ~termios.ECHOCTL) | termios.NOFLSH
        termios.tcsetattr(descriptor, termios.TCSADRAIN, after)
    except (termios.error, OSError, ValueError):
        return None
    return before
