"""The files of one folder as Terraform sees them, each with its digest."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.stacks.declaration import is_configuration

_LEFT_OUT = frozenset(
    {".terraform", ".terragrunt-cache", ".cellwright", ".git", ".hg", ".svn", ".DS_Store", "crash.log"}
)
_LEFT_OUT_LIKE = re.compile(
    r"""
      .*\.tfstate.*          # states, their backups and locks
    | .*\.tfplan             # saved plans
    | crash\..*\.log
    | .*~ | \.\#.* | \#.*\# | \..*\.sw[a-p]   # what editors leave while a file is open
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file, or a symbolic link to one."""

    source: Path
    """Where it lies, by the way that leads through the folder."""
    executable: bool
    digest: bytes
    """SHA-256 of its content."""
    content: bytes | None
    """Kept for configuration files only: what is parsed must be what was hashed."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A symbolic link on the way to a file, and where it leads in the end."""

    source: Path
    target: Path


def is_left_out(name: str) -> bool:
    """Tell whether a file or folder of this name is no part of a stack's source."""
    return name in _LEFT_OUT or _LEFT_OUT_LIKE.fullmatch(name) is not None


def find_files(folder: Path) -> Iterator[FoundFile | FoundLink]:
    """Walk `folder` to its last file, through symbolic links too; in no order.

    Raises:
        DiagnosticError: a file that can't be read, a link to nowhere or in a circle, a device or a pipe.
    """
    yield from _walk(folder, (os.path.realpath(folder),))


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[FoundFile | FoundLink]:
    try:
        with os.scandir(folder) as entries:
            listed = list(entries)
    except OSError as fault:
        raise DiagnosticError(_unreadable(folder, fault)) from None
    for entry in listed:
        if not is_left_out(entry.name):
            yield from _entry(folder / entry.name, entry, above)


def _entry(path: Path, entry: "os.DirEntry[str]", above: tuple[str, ...]) -> Iterator[FoundFile | FoundLink]:
    if entry.is_symlink():
        yield FoundLink(path, Path(os.path.realpath(path)))
    try:
        status = entry.stat()
    except OSError as fault:
        raise DiagnosticError(_unreadable(path, fault)) from None
    if stat.S_ISREG(status.st_mode):
        yield _file(path, executable=bool(status.st_mode & stat.S_IXUSR))
    elif stat.S_ISDIR(status.st_mode):
        real = os.path.realpath(path) if entry.is_symlink() else os.path.join(above[-1], entry.name)  # noqa: PTH118 -- ten times faster than Path, per folder
        if real in above:
            summary = "a symbolic link leads in a circle"
            raise DiagnosticError(error(summary, "remove it", Position(str(path))))
        yield from _walk(path, (*above, real))
    else:
        summary = "a stack holds regular files only, this is a device, a pipe or a socket"
        raise DiagnosticError(error(summary, "remove it from the stack's folder", Position(str(path))))


def _file(path: Path, *, executable: bool) -> FoundFile:
    try:
        with path.open("rb") as file:
            if is_configuration(path.name):
                content = file.read()
                return FoundFile(path, executable, hashlib.sha256(content).digest(), content)
            return FoundFile(path, executable, hashlib.file_digest(file, "sha256").digest(), None)
    except OSError as fault:
        raise DiagnosticError(_unreadable(path, fault)) from None


def _unreadable(path: Path, fault: OSError) -> Diagnostic:
    advice = "a stack's files must be readable; correct or remove it"
    return error(f"can't be read: {fault.strerror}", advice, Position(str(path)))
