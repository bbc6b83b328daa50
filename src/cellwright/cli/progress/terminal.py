"""What Ctrl-C does to a terminal's output, undone while a table is drawn there."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_LOCAL_FLAGS = 3
"""Index of the local modes in termios' list (POSIX, 11.1.2.5)."""


@contextmanager
def undisturbed(stream: TextIO) -> Iterator[None]:
    """Let Ctrl-C neither print `^C` into the table nor throw away output that is on its way to it.

    Changes nothing where it can't, or where that would stop a process in the background.
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
