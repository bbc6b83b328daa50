"""A lock file: held by one thread of one process at a time, on one machine.

The system releases the lock of a process that dies. A child process does not inherit it. The lock file stays
where it is. Locks that a child inherits, or that several may share, are in `flock`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cellwright.files.private import PRIVATE_FILE, make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error

_POLL_SECONDS = 0.02


class LockError(DiagnosticError):
    """The lock was not free in time, or can't be had at all."""


@contextmanager
def locked(
    path: Path,
    *,
    timeout: float,
    busy: str,
    advice: str,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[None]:
    """Hold the lock file `path` for the block.

    Not re-entrant: who holds the lock and asks for it again waits until the time-out.

    Args:
        path: a file for this lock alone; made if it is missing.
        timeout: seconds to wait for the current holder.
        busy: the summary of the error after that time.
        advice: what to do then.
        cancelled: asked while it waits; True ends the waiting as the time-out does.

    Raises:
        LockError: it was not free in time, the file can't be opened, or the file system has no locks.
    """
    # Imported late: this takes 12 ms, and most commands need no lock.
    from filelock import FileLock, Timeout  # noqa: PLC0415

    # A soft lock, which is a file that exists, would outlive a crash.
    lock = FileLock(path, timeout=timeout, mode=PRIVATE_FILE, thread_local=False, fallback_to_soft=False)
    try:
        make_private_folder(path.parent)
        lock.acquire(poll_interval=_POLL_SECONDS, cancel_check=cancelled)
    except Timeout as late:
        raise LockError(error(busy, advice)) from late
    except (OSError, NotImplementedError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise LockError(
            error(
                f"{path} can't be locked: {reason}",
                "keep it on a file system with locks, where you can write",
            )
        ) from fault
    try:
        yield
    finally:
        lock.release()


@contextmanager
def try_locked(path: Path, timeout: float) -> Iterator[bool]:
    """Try for `timeout` seconds to hold the lock file `path` for the block; yields whether it is held."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout=timeout, busy="", advice=""))
        except LockError:
            held = False
        else:
            held = True
        yield held
