"""Locks on an open file (flock): child processes inherit them, and several holders may share one.

For plain mutual exclusion see `lock`.
"""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cellwright.files.private import PRIVATE_FILE


@dataclass(slots=True)
class FlockFile:
    """An open lock file. Its lock is free when every process that has inherited it has closed it or ended."""

    descriptor: int
    """-1 once closed."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the lock file, made if it is missing; it is not locked yet.

        Raises:
            OSError: it can't be opened.
        """
        return cls(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))

    def lock(self) -> None:
        """Wait until nobody else has the lock; a shared lock of this file's own is given up meanwhile.

        Raises:
            OSError: the file system has no locks.
        """
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def share(self) -> None:
        """Wait until nobody has the lock for itself.

        Raises:
            OSError: the file system has no locks.
        """
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)

    def try_lock(self) -> bool:
        """Take the lock if nobody else has it, and tell whether it was taken.

        Raises:
            OSError: the file system has no locks.
        """
        return self._try(fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Share the lock if nobody has it for itself, and tell whether it was taken.

        Raises:
            OSError: the file system has no locks.
        """
        return self._try(fcntl.LOCK_SH)

    def is_at(self, path: Path) -> bool:
        """Tell whether this is the file at a path now: another process may have removed it meanwhile."""
        try:
            return os.path.samestat(os.fstat(self.descriptor), path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Unlock, also for every process that has inherited the lock, and close the file."""
        if self.descriptor >= 0:
            with suppress(OSError):
                fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        self.close()

    def close(self) -> None:
        """Close the file: this process has the lock no longer."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self.descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
