"""Turns at a file that several processes read, change and write."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LONGEST = 5.0
"""Seconds to wait: whoever has the turn needs some milliseconds, unless it was stopped."""

_STEP = 0.01


@contextmanager
def turn(path: Path) -> Iterator[bool]:
    """Hold the turn at `path` (a file made for this alone); False if it can't be had.

    The system takes it from a process that dies.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = path.open("a")
    except OSError:
        yield False
        return
    with file:
        yield _taken(file)


def _taken(file: IO[str]) -> bool:
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_STEP)
        except OSError:  # a file system without locks
            return False
        else:
            return True
    return False
