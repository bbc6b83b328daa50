"""Marks of files: enough to tell later whether a file is what it was, mostly without reading it."""

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileMark:
    """One file's content, and what a look without reading it can compare."""

    sha256: str
    size: int
    mtime_ns: int
    ctime_ns: int
    """Of its last change of any kind: who changes a file can't set it."""

    @classmethod
    def of(cls, sha256: bytes, status: os.stat_result) -> "FileMark":
        """Describe a file of this content."""
        return cls(sha256.hex(), status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def record(self) -> list[str | int]:
        """Give the mark as JSON."""
        return [self.sha256, self.size, self.mtime_ns, self.ctime_ns]


def read_mark(item: object) -> FileMark | None:
    """Read a mark from JSON; None if it is none."""
    match item:
        case [str(sha256), int(size), int(mtime_ns), int(ctime_ns)]:
            return FileMark(sha256, size, mtime_ns, ctime_ns)
        case _:
            return None


def still_marked(path: Path | str, sha256: bytes, marks: Iterable[FileMark | None]) -> FileMark | None:
    """Give the mark that a file with this content has now; None if it has another content.

    It is read only if it has none of the marks.

    Raises:
        OSError: it is gone, or can't be read.
    """
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return None
    now = FileMark.of(sha256, status)
    if now in marks:
        return now
    with Path(path).open("rb") as opened:
        return now if hashlib.file_digest(opened, "sha256").digest() == sha256 else None
