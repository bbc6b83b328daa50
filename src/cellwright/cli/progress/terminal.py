"""What Ctrl-C does to a terminal's output, undone while a table is drawn there."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LOCAL_FLAGS = 3
"""Index of the local modes in termios' list (POSIX, 11.1.2.5)."""


@contextmanager
def undisturbed(descriptor: int) -> Iterator[None]:
    """Let Ctrl-C neither print `^C` into the table nor throw away output that is on its way to it.

    Changes nothing where it can't, or where that would stop a process in the background.
    """
    before = _changed(descriptor)
    try:
        yield
    finally:
        if before is not None:
            with suppress(termios.error, OSError):
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _changed(descriptor: int) -> list[int | list[bytes | int]] | None:
    try:
        if os.tcgetpgrp(descriptor) != os.getpgrp():
            return None
        before = termios.tcgetattr(descriptor)
        after = list(before)
        after[_LOCAL_FLAGS] = (before[_LOCAL_FLAGS] & ~termios.ECHOCTL) | termios.NOFLSH
        termios.tcsetattr(descriptor, termios.TCSADRAIN, after)
    except (termios.error, OSError):
        return None
    return before
