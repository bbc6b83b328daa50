"""The lock of one unit's working folder, shared with the Terraform process that works in it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cellwright.files.errors import file_errors
from cellwright.files.flock import FlockFile
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error

_PAUSES = (0.005, 0.02, 0.05)


class UnitLockedError(DiagnosticError):
    """Another process works in this folder."""


@dataclass(slots=True)
class UnitLock:
    """An exclusive lock on a working folder.

    It belongs to the open file, not to this process: a launched command inherits it, so the folder stays
    locked while that command runs, even if this process is killed.
    """

    file: FlockFile

    @classmethod
    def acquire(cls, path: Path) -> "UnitLock":
        """Take the lock or fail at once.

        Raises:
            UnitLockedError: another process has it.
            DiagnosticError: the lock file can't be made or locked.
        """
        file = _open(path)
        try:
            with file_errors(f"the folder {path.parent} can't be locked"):
                _lock(file, path)
        except BaseException:
            file.close()
            raise
        return cls(file)

    @property
    def descriptor(self) -> int:
        """What a launched command inherits; -1 once released."""
        return self.file.descriptor

    def release(self) -> None:
        """Unlock, also for any process that inherited the lock and still runs (started by a provisioner)."""
        self.file.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_locked(path: Path) -> bool:
    """Tell whether any process has the lock; it is not taken.

    Raises:
        DiagnosticError: the lock file can't be opened or locked.
    """
    with file_errors(f"the lock {path} can't be read"):
        if not path.exists():
            return False
    file = _open(path)
    try:
        with file_errors(f"the lock {path} can't be read"):
            return not file.try_share()
    finally:
        file.close()


def _lock(file: FlockFile, path: Path) -> None:
    """Take the lock; tried several times, because `is_locked` of another process holds it for a moment."""
    for pause in _PAUSES:
        if file.try_lock():
            os.ftruncate(file.descriptor, 0)
            os.pwrite(file.descriptor, f"{os.getpid()}\n".encode(), 0)
            return
        time.sleep(pause)
    raise _locked(path, os.pread(file.descriptor, 64, 0).decode(errors="replace").strip())


def _open(path: Path) -> FlockFile:
    with file_errors(f"the lock {path} can't be opened"):
        make_private_folder(path.parent)
        return FlockFile.open(path)


def _locked(path: Path, holder: str) -> UnitLockedError:
    by = f" (process {holder})" if holder else ""
    return UnitLockedError(
        error(
            f"{path.parent} is in use by another Cellwright{by}",
            "wait until it is done, or stop it; a process that a provisioner left behind holds it too: "
            f"fuser {path}",
        )
    )
