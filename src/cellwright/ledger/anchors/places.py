"""The places where anchors are kept, one class for each kind; `place_of` makes one of its setting."""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cellwright.fleet.fleet import AnchorSetting
from cellwright.git.notes import append_note, note_lines
from cellwright.git.repository import Repository
from cellwright.ledger.anchors.s3_place import S3Place
from cellwright.model.diagnostic import DiagnosticError, error

NEWEST = 1000
"""So many of the newest records are read: a newer one vouches for all events before it."""


class AnchorPlace(Protocol):
    """Keeps lines, each a record of an anchor; none is ever changed or removed."""

    @property
    def name(self) -> str:
        """The place for people."""

    def append(self, line: str, sequence: int) -> None:
        """Keep a line about the event with this number.

        Raises:
            DiagnosticError: it can't be written.
        """

    def lines(self) -> Sequence[str]:
        """Give the newest lines, as they were written.

        Raises:
            DiagnosticError: they can't be read.
        """


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file to which lines are appended; best one that its file system only lets grow (`chattr +a`)."""

    path: Path

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self.path)

    def append(self, line: str, sequence: int) -> None:  # noqa: ARG002  lines are in order of time
        """Append a line, and wait until it is on the disk."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            descriptor = os.open(self.path, flags, 0o644)
            try:
                os.write(descriptor, line.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as failure:
            raise self._fault(failure, "written") from None

    def lines(self) -> Sequence[str]:
        """The last lines of the file; none if there is no file."""
        try:
            with self.path.open("rb") as file:
                return [line.decode("utf-8", "replace") for line in deque(file, NEWEST) if line.strip()]
        except FileNotFoundError:
            return ()
        except OSError as failure:
            raise self._fault(failure, "read") from None

    def _fault(self, failure: OSError, what: str) -> DiagnosticError:
        reason = failure.strerror or str(failure)
        return DiagnosticError(
            error(
                f"the anchors' file {self.path} can't be {what}: {reason}", "check its folder and permissions"
            )
        )


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Git notes in the fleet's repository; they leave this machine when their ref is pushed."""

    repository: Repository | None
    ref: str

    @property
    def name(self) -> str:
        """The notes' ref."""
        return self.ref

    def append(self, line: str, sequence: int) -> None:  # noqa: ARG002  as above
        """Append a line to the note of the commit that is checked out."""
        append_note(self._found(), self.ref, line)

    def lines(self) -> Sequence[str]:
        """The lines of all notes."""
        return note_lines(self._found(), self.ref)

    def _found(self) -> Repository:
        if self.repository is None:
            raise DiagnosticError(
                error(
                    f"the fleet lies in no git repository, so {self.ref} can't hold anchors", "run `git init`"
                )
            )
        return self.repository


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What places need to know besides their settings."""

    root: Path
    """The fleet's folder."""
    repository: Repository | None
    environment: Mapping[str, str] = field(repr=False)


def place_of(setting: AnchorSetting, around: Surroundings) -> AnchorPlace:
    """Make the place of a setting; nothing is opened yet."""
    match setting.kind:
        case "file":
            return FilePlace(around.root / setting.place)
        case "git_note":
            return NotePlace(around.repository, setting.place)
        case "s3":
            bucket, _, prefix = setting.place.partition("/")
            return S3Place(bucket, prefix.strip("/"), setting.retain_days or 0, around.environment)
