"""Which cells of a folder may have changed, told by the file system alone: one listing, nothing is read.

What a cell is, is always told by its content. This only tells which cells to look at once more.
"""

import os
import time
from pathlib import Path

from cellwright.fleet.config.cells import cell_name

UNKNOWN = 0
"""The mark of what has to be looked at."""

_TICK = 100_000_000
"""Nanoseconds within which a file may be written twice with one time."""


def touched(root: Path, folder: str) -> dict[str, int]:
    """Give what may be a cell, each with a mark of its file or folder's times, size and inode.

    What was written just now is marked as unknown. Of a file inside a folder only its coming and going
    shows. A folder that can't be listed has nothing in it.
    """
    newest = time.time_ns() - _TICK
    marks: dict[str, int] = {}
    try:
        with os.scandir(root / folder) as entries:
            for entry in entries:
                name = cell_name(entry)
                if name is not None:
                    marks[name] = _mark(entry, newest, marks.get(name))
    except (OSError, ValueError):
        return {}
    return marks


def _mark(entry: "os.DirEntry[str]", newest: int, beside: int | None) -> int:
    """Mark an entry; `beside` is the mark of another one that has the same name."""
    try:
        facts = entry.stat()
    except OSError:
        return UNKNOWN
    if facts.st_ctime_ns > newest or beside == UNKNOWN:
        return UNKNOWN
    # A hash of whole numbers is the same in every process.
    return hash((beside or 0, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino)) or 1
