"""The record of a copy of a stack's source: what every file had in it when it was written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.file_mark import FileMark, read_mark


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """Which tree the copy is of, and its files by path."""

    digest: str
    """Empty: the copy is not complete, so it is of no tree."""
    files: Mapping[str, FileMark | None] = field(default_factory=dict)
    """None: the file was copied, or only begun, and nothing more is known of it."""
    known: bool = True
    """False: there is no record that can be read, so the copy may hold files of any earlier tree."""


def read_record(path: Path) -> CopyRecord:
    """Read the record; one that is missing or damaged vouches for nothing."""
    try:
        found = json.loads(path.read_bytes())
        digest, files = found["digest"], found["files"]
        if not isinstance(digest, str):
            return CopyRecord("", known=False)
        if isinstance(files, list):  # an older record has names alone
            return CopyRecord(digest, dict.fromkeys(map(str, files)))
        return CopyRecord(digest, {str(name): read_mark(item) for name, item in files.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return CopyRecord("", known=False)


def write_record(path: Path, record: CopyRecord) -> None:
    """Write the record in one step.

    Raises:
        OSError: it can't be written.
    """
    files = {name: mark and mark.record() for name, mark in record.files.items()}
    write_file(path, json.dumps({"digest": record.digest, "files": files}, sort_keys=True).encode())
