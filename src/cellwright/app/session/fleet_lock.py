"""The lock that is held while a fleet's settings are changed: one client is given or gives back at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from cellwright.app.session.home import Home
from cellwright.engine.approval import Interrupts, Uninterrupted
from cellwright.model.diagnostic import DiagnosticError, error

LONGEST = 60.0
"""Seconds to wait: what is done under the lock reads and commits files, which takes a few."""

_STEP = 0.05
_FILE = "settings.lock"


@contextmanager
def fleet_lock(
    home: Home,
    interrupts: Interrupts | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock, against other processes of this machine and other threads of this one.

    The system releases it if the process dies. Between clones of a repository git decides: `check` refuses a
    merge in which two cells hold one block.

    Raises:
        DiagnosticError: it was held elsewhere for a minute, waiting was interrupted, or its file can't be
            made.
    """
    home.prepare()
    # Without the fallback: a lock that is a mere file would outlive a process that dies.
    lock = FileLock(home.folder / _FILE, thread_local=False, fallback_to_soft=False)
    _acquire(lock, home, interrupts or Uninterrupted(), wait)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, home: Home, interrupts: Interrupts, wait: Callable[[float], None]) -> None:
    waited = 0.0
    while not _taken(lock, home):
        if interrupts.requested():
            raise DiagnosticError(error("interrupted while another process changed the fleet's settings"))
        if waited >= LONGEST:
            detail = "look for a `cellwright onboard` or `offboard` that hangs, then repeat this"
            raise DiagnosticError(error("another process is changing the fleet's settings", detail))
        wait(_STEP)
        waited += _STEP


def _taken(lock: FileLock, home: Home) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as fault:
        raise DiagnosticError(
            error(f"{home.folder} can't be written: {fault.strerror}", "check the folder's permissions")
        ) from fault
    return True
