"""A command's standard output and standard error: files in its folder, or anonymous ones."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE
from cellwright.terraform.process.launcher import CommandFolder

_NEW = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC


@dataclass(slots=True)
class CommandOutput:
    """Open files that a command of this process writes to; -1 if there is none or it is closed."""

    out: int = -1
    err: int = -1

    @classmethod
    def new(cls, folder: CommandFolder, *, named: bool) -> Self:
        """Open the files for a command that is about to start: those of its folder, or anonymous ones.

        An anonymous file is gone with the last process that has it open. On Linux it is in memory only.

        Raises:
            DiagnosticError: they can't be made.
        """
        made = cls()
        try:
            with file_errors(f"{folder.path} can't be written"):
                made.out = os.open(folder.out, _NEW, PRIVATE_FILE) if named else _anonymous(folder.path)
                made.err = os.open(folder.err, _NEW, PRIVATE_FILE) if named else _anonymous(folder.path)
        except BaseException:
            made.close()
            raise
        return made

    def document(self) -> bytes:
        """All of standard output.

        Raises:
            DiagnosticError: it can't be read.
        """
        with file_errors("what a command printed can't be read"):
            return _read(self.out, 0)

    def last_errors(self, size: int) -> bytes:
        """The last `size` bytes of standard error; nothing where it can't be read."""
        try:
            return _read(self.err, max(0, os.fstat(self.err).st_size - size))
        except OSError:
            return b""

    def close(self) -> None:
        """Close the files."""
        for descriptor in (self.out, self.err):
            if descriptor >= 0:
                os.close(descriptor)
        self.out = self.err = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _anonymous(folder: Path) -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("terraform")
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.dup(file.fileno())


def _read(descriptor: int, offset: int) -> bytes:
    parts = []
    while part := os.pread(descriptor, 1 << 20, offset):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)
