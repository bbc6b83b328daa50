"""Finds the files of a folder that Terraform reads, each with its digest."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.limits import CODE_BYTES, TREE_DEPTH
from cellwright.model.position import Position
from cellwright.stacks.reading.module import is_configuration

_LEFT_OUT = frozenset(
    {".terraform", ".terragrunt-cache", ".cellwright", ".git", ".hg", ".svn", ".DS_Store", "crash.log"}
)
_LEFT_OUT_LIKE = re.compile(
    r"""
      .*\.tfstate(\.(\d+\.)?backup|\.d)? | \..*\.tfstate\.lock\.info   # states, their backups, folders, locks
    | crash\..*\.log
    | .*\.(tftest|tofutest|tfmock|tfquery)\.(hcl|json)   # a plan reads neither tests nor queries
    | .*\.tfmigrate\.hcl
    | \.\#.* | \#.*\# | \..*\.sw[a-p]   # what editors leave while a file is open
    """,
    re.VERBOSE | re.DOTALL,
)
_CHUNK = 1 << 20
_ZIP = b"PK\3\4"
"""What a saved plan begins with; OpenTofu's encrypted ones are JSON."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file, or a symbolic link to one."""

    source: str
    """Its path through the folder, links not resolved."""
    executable: bool
    digest: bytes
    """SHA-256 of its content."""
    content: bytes | None
    """Only of files of configuration or values: the parsed bytes must be the hashed ones."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A symbolic link, and its target with all links resolved."""

    source: str
    target: str


def is_left_out(name: str) -> bool:
    """Tell whether a file or folder of this name is no part of a stack's source."""
    return name in _LEFT_OUT or _LEFT_OUT_LIKE.fullmatch(name) is not None


def is_file_of_values(name: str) -> bool:
    """Tell whether Terraform reads values of variables from a file of this name without being asked to."""
    return name in {"terraform.tfvars", "terraform.tfvars.json"} or name.endswith(
        (".auto.tfvars", ".auto.tfvars.json")
    )


def find_files(folder: str) -> Iterator[FoundFile | FoundLink]:
    """Find all files below `folder`, through symbolic links too, in no order.

    Raises:
        DiagnosticError: a file can't be read, a link is broken or circular, or there is a device or a pipe.
    """
    # Paths are strings here for speed: each `status` reads every file of every stack.
    yield from _walk(folder, (os.path.realpath(folder),))


def find_file(path: str) -> FoundFile:
    """Give one file, through symbolic links too.

    Raises:
        DiagnosticError: it can't be read.
    """
    return _file(path)


def _walk(folder: str, above: tuple[str, ...]) -> Iterator[FoundFile | FoundLink]:
    if len(above) > TREE_DEPTH:
        advice = f"folders of a stack may lie {TREE_DEPTH} deep; flatten them"
        raise DiagnosticError(error("the folder lies too deep in its stack", advice, Position(folder)))
    try:
        with os.scandir(folder) as entries:
            listed = list(entries)
    except OSError as fault:
        raise DiagnosticError(_unreadable(folder, fault)) from None
    for entry in listed:
        if not is_left_out(entry.name) and not _is_left_behind(entry):
            yield from _entry(entry, above)


def _is_left_behind(entry: "os.DirEntry[str]") -> bool:
    """Tell whether it is an editor's backup or a saved plan; other files may have such names, and folders."""
    with suppress(OSError):
        if entry.name.endswith("~"):
            return not entry.is_dir()
        if entry.name.endswith(".tfplan") and entry.is_file():
            with Path(entry.path).open("rb") as opened:
                start = opened.read(_CHUNK)
            return start.startswith(_ZIP) or (start.startswith(b"{") and b'"encrypted_data"' in start)
    return False


def _entry(entry: "os.DirEntry[str]", above: tuple[str, ...]) -> Iterator[FoundFile | FoundLink]:
    if entry.is_symlink():
        yield FoundLink(entry.path, os.path.realpath(entry.path))
    try:
        is_file, is_folder = entry.is_file(), entry.is_dir()
    except OSError as fault:  # a link to itself, or through a folder that is closed to us
        raise DiagnosticError(_unreadable(entry.path, fault)) from None
    if is_file:
        yield _file(entry.path)
    elif is_folder:
        real = os.path.realpath(entry.path) if entry.is_symlink() else f"{above[-1]}/{entry.name}"
        if real in above:
            summary = "a symbolic link leads in a circle"
            raise DiagnosticError(error(summary, "remove it", Position(entry.path)))
        yield from _walk(entry.path, (*above, real))
    else:
        summary = "a stack holds files and folders only, this is a broken link, a device, a pipe or a socket"
        raise DiagnosticError(error(summary, "remove it from the stack's folder", Position(entry.path)))


def _file(path: str) -> FoundFile:
    name = path.rpartition("/")[2]
    kept = bytearray() if is_configuration(name) or is_file_of_values(name) else None
    digest = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            executable = bool(os.fstat(descriptor).st_mode & stat.S_IXUSR)
            while chunk := os.read(descriptor, _CHUNK):
                digest.update(chunk)
                if kept is not None:
                    kept += chunk
                    if len(kept) > CODE_BYTES:
                        raise _too_large(path)
        finally:
            os.close(descriptor)
    except OSError as fault:
        raise DiagnosticError(_unreadable(path, fault)) from None
    return FoundFile(path, executable, digest.digest(), bytes(kept) if kept is not None else None)


def _too_large(path: str) -> DiagnosticError:
    advice = f"a file of code or values has {CODE_BYTES:,} bytes at most: split it, or read data with file()"
    return DiagnosticError(error("the file is too large", advice, Position(path)))


def _unreadable(path: str, fault: OSError) -> Diagnostic:
    advice = "a stack's files must be readable; correct or remove it"
    return error(f"can't be read: {fault.strerror}", advice, Position(path))
