"""The lock of one unit's working folder, shared with the Terraform process that works in it."""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cellwright.files.private import PRIVATE_FILE, file_faults, make_folder
from cellwright.model.diagnostic import DiagnosticError, error

_PAUSES = (0.005, 0.02, 0.05)


class UnitLockedError(DiagnosticError):
    """Another process works in this folder."""


@dataclass(slots=True)
class UnitLock:
    """An exclusive lock on a working folder.

    It lies on the open file, not on this process: a launched command inherits it, so the folder stays
    locked while that command lives, even if this process is killed.
    """

    path: Path
    descriptor: int
    """-1 once released."""

    @classmethod
    def acquire(cls, path: Path) -> "UnitLock":
        """Take the lock or fail at once.

        Raises:
            UnitLockedError: somebody else has it.
            DiagnosticError: the lock file can't be made.
        """
        descriptor = _open(path)
        if not _take(descriptor):
            holder = os.pread(descriptor, 64, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise _locked(path, holder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(path, descriptor)

    def release(self) -> None:
        """Let go, also for whatever inherited the lock and lives on (a daemon that a provisioner started)."""
        if self.descriptor < 0:
            return
        descriptor, self.descriptor = self.descriptor, -1
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_locked(path: Path) -> bool:
    """Tell whether any process has the lock; it is not taken.

    Raises:
        DiagnosticError: the lock file can't be opened.
    """
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int) -> bool:
    """Take the lock, past the blink of an eye in which somebody only looks whether it is taken."""
    for pause in _PAUSES:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(pause)
        else:
            return True
    return False


def _open(path: Path) -> int:
    with file_faults(f"the lock {path} can't be opened"):
        make_folder(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _locked(path: Path, holder: str) -> UnitLockedError:
    by = f" (process {holder})" if holder else ""
    return UnitLockedError(
        error(
            f"{path.parent} is in use by another Cellwright{by}",
            "wait until it is done, or stop it; a process that a provisioner left behind holds it too: "
            f"fuser {path}",
        )
    )
