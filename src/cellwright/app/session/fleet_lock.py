"""One at a time: whoever gives out or takes back something that only one client can have holds this lock."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from cellwright.app.session.home import Home
from cellwright.model.diagnostic import DiagnosticError, error

LONGEST = 60.0
"""Seconds to wait: what is done under the lock reads and commits files, which takes a few."""

_STEP = 0.05


@contextmanager
def fleet_lock(home: Home, wait: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the fleet's settings for one change; the system lets go of it if the process dies.

    It binds the processes of this folder. Between clones git decides: `check` refuses a merge in which two
    cells hold one block.

    Raises:
        DiagnosticError: another process kept it for a minute, or its file can't be made.
    """
    home.prepare()
    try:
        file = (home.folder / "settings.lock").open("a")
    except OSError as fault:
        raise DiagnosticError(
            error(f"{home.folder} can't be written: {fault.strerror}", "mend it")
        ) from fault
    with file:
        waited = 0.0
        while not _taken(file):
            if waited >= LONGEST:
                detail = "look for a `cellwright onboard` or `offboard` that hangs, then repeat this"
                raise DiagnosticError(error("another process is changing the fleet's settings", detail))
            wait(_STEP)
            waited += _STEP
        yield


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
