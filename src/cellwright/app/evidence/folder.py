"""The folder of the evidence: written beside, with digests of all files, and put in its place as a whole."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cellwright.files.errors import file_error
from cellwright.files.private import PRIVATE_FILE, PRIVATE_FOLDER
from cellwright.model.diagnostic import DiagnosticError, error

PARTIAL = ".partial"
"""The end of the hidden name that a folder has until it is whole."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Digested(NamedTuple):
    """What the manifest has of a file."""

    sha256: str
    size: int


@dataclass(slots=True)
class DigestedFile:
    """A file that is being written, with its digest."""

    file: BinaryIO
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0

    def write(self, text: str) -> None:
        """Append text as UTF-8; what is no text in Unicode is written as an escape."""
        content = text.encode("utf-8", "backslashreplace")
        self.file.write(content)
        self._digest.update(content)
        self.size += len(content)

    def found(self) -> Digested:
        """Give what the manifest has of it."""
        return Digested(self._digest.hexdigest(), self.size)


@dataclass(slots=True)
class EvidenceFolder:
    """A folder into which files are written, none twice."""

    path: Path
    files: dict[str, Digested] = field(default_factory=dict)

    @contextmanager
    def writing(self, name: str) -> Iterator[DigestedFile]:
        """Open a new file of the folder; it counts once it is closed."""
        with os.fdopen(os.open(self.path / name, _NEW, PRIVATE_FILE), "wb") as file:
            made = DigestedFile(file)
            yield made
        self.files[name] = made.found()

    def write(self, name: str, text: str) -> None:
        """Write a whole file."""
        with self.writing(name) as file:
            file.write(text)


def refuse_taken(target: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        DiagnosticError: it is not empty, is no folder, or can't be looked at.
    """
    advice = "name another folder with -o; nothing is ever written over"
    try:
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise DiagnosticError(error(f"{target} is no folder", advice))
        if target.is_dir() and any(target.iterdir()):
            raise DiagnosticError(error(f"the folder {target} is not empty", advice))
    except OSError as fault:
        raise DiagnosticError(file_error(f"the folder {target} can't be read", fault)) from fault


@contextmanager
def new_folder(target: Path) -> Iterator[EvidenceFolder]:
    """Make a folder, closed to others, that is at `target` when the block ends well, and nowhere else.

    Raises:
        DiagnosticError: there is something already, it can't be written, or the disk is full.
    """
    refuse_taken(target)
    beside = target.parent / f".{target.name}.{secrets.token_hex(6)}{PARTIAL}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(mode=PRIVATE_FOLDER)
        yield EvidenceFolder(beside)
        beside.rename(target)
    except OSError as fault:
        raise DiagnosticError(file_error(f"the evidence can't be written to {target}", fault)) from fault
    finally:
        with suppress(OSError):
            shutil.rmtree(beside)
