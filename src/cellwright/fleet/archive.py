"""The archive of clients that are gone: their files lie in `archived/`, where no load of the fleet looks."""

import re
import shutil
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position

ARCHIVE = "archived"
"""Folder of the fleet's root."""


def archive_cell(root: Path, cell: str, name: str) -> Path:
    """Move a cell's file or folder (its path relative to `root`) into the archive; give its new folder.

    Raises:
        DiagnosticError: it can't be moved.
    """
    source, target = root / cell, root / _free_place(root, name)
    try:
        target.parent.mkdir(exist_ok=True)
        if source.is_dir() and not source.is_symlink():
            shutil.move(source, target)
        else:
            target.mkdir()
            shutil.move(source, target / source.name)
    except OSError as failure:
        raise DiagnosticError(
            error(
                f"the cell's files can't be moved into {ARCHIVE}/: {failure.strerror}",
                "check the permissions of both folders",
                Position(cell),
            )
        ) from failure
    return target


def archives_of(root: Path, name: str) -> tuple[str, ...]:
    """Give the folders of a client in the archive, relative to the root, the oldest first."""
    folder, own = root / ARCHIVE, re.compile(rf"{re.escape(name)}(?:\.([0-9]{{1,6}}))?\Z")
    try:
        names = [item.name for item in folder.iterdir()]
    except OSError:
        return ()
    found = sorted((int(match.group(1) or 1), match.group()) for match in map(own.match, names) if match)
    return tuple(f"{ARCHIVE}/{item}" for _, item in found)


def newest_archive(root: Path, name: str) -> str:
    """Give the folder in which a client lies that left last; empty if none does."""
    return next(reversed(archives_of(root, name)), "")


def remove_archive(root: Path, place: str) -> None:
    """Remove a folder of the archive that was made a moment ago."""
    if place.startswith(f"{ARCHIVE}/"):
        shutil.rmtree(root / place, ignore_errors=True)


def _free_place(root: Path, name: str) -> str:
    number = len(archives_of(root, name)) + 1
    while True:
        place = f"{ARCHIVE}/{name}" if number == 1 else f"{ARCHIVE}/{name}.{number}"
        if not (root / place).exists():
            return place
        number += 1
