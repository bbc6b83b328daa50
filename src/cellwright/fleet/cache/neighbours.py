"""The states and address blocks of all cells of the last level, one entry each.

A cell that is loaded alone is compared with this file instead of all other cells' documents. The file has the
cells as they were last read; times in their folder tell which of them to read again (`folder_stamps`).
"""

import os
import secrets
import sys
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cellwright.files.cache_file import read_cache, write_cache
from cellwright.files.lock import try_locked
from cellwright.fleet.cache.address_ranges import AddressRange, AddressRanges
from cellwright.fleet.config.cells import cell_name

UNKNOWN = 0
"""The stamp of a cell that has to be read again."""

_TIME_RESOLUTION = 100_000_000
"""Nanoseconds within which a file may be written twice and keep one time."""

_LOCK_SECONDS = 5.0
"""A process has the lock for some milliseconds, unless it was stopped."""

_STATE_DIGEST = 8
"""Bytes of a state's digest. If two different states have the same, a cell is read in vain, no more."""

Neighbour: TypeAlias = tuple[int, bytes, tuple[AddressRange, ...]]
"""A cell's stamp, the digests of its states one after another, and its blocks."""


def folder_stamps(root: Path, folder: str) -> dict[str, int]:
    """List what may be a cell, each with a stamp made of the times, size and inode of its file or folder.

    What was written just now has the stamp UNKNOWN. Of a file inside a folder only its creation and removal
    show. A folder that can't be listed counts as empty.
    """
    newest = time.time_ns() - _TIME_RESOLUTION
    stamps: dict[str, int] = {}
    try:
        with os.scandir(root / folder) as entries:
            for entry in entries:
                name = cell_name(entry)
                if name is not None:
                    stamps[name] = _stamp(entry, newest, stamps.get(name))
    except (OSError, ValueError):
        return {}
    return stamps


def _stamp(entry: "os.DirEntry[str]", newest: int, other: int | None) -> int:
    """Make an entry's stamp; `other` is the stamp of another entry with the same cell name."""
    try:
        status = entry.stat()
    except OSError:
        return UNKNOWN
    if status.st_ctime_ns > newest or other == UNKNOWN:
        return UNKNOWN
    # Unlike those of texts, hashes of integers are the same in every process.
    numbers = (other or 0, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return hash(numbers) or 1


def state_digests(backends: Iterable[str | None]) -> frozenset[bytes]:
    """Shorten the digests of backends; None is a state that no other unit can have."""
    return frozenset(bytes.fromhex(text)[:_STATE_DIGEST] for text in backends if text is not None)


class NeighbourUpdate(NamedTuple):
    """A cell as it was just read."""

    stamp: int
    states: frozenset[bytes]
    blocks: tuple[AddressRange, ...]
    complete: bool
    """False where something could not be read: what was known before may still hold."""

    def applied_to(self, before: Neighbour | None) -> Neighbour:
        """Give the cell's new entry."""
        found = (self.stamp, b"".join(sorted(self.states)), self.blocks)
        if before is None or self.complete:
            return found
        return (self.stamp, *_union(before, found)[1:])


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The content of the file."""

    edition: bytes
    """Changes with each writing."""
    origin: bytes
    """Digest of what a load of everything found; empty if cells were updated since."""
    cells: Mapping[str, Neighbour]

    def changed(self, stamps: Mapping[str, int]) -> list[str]:
        """Give the cells that may have changed, by their present stamps."""
        known = self.cells
        return [
            name
            for name, stamp in stamps.items()
            if stamp == UNKNOWN or (found := known.get(name)) is None or found[0] != stamp
        ]

    def conflicting(
        self, states: frozenset[bytes], blocks: Iterable[AddressRange], own: Collection[str]
    ) -> list[str]:
        """Give the cells, except `own`, that have one of these states or overlap one of these blocks."""
        ranges = AddressRanges(blocks)
        others = [(name, item) for name, item in self.cells.items() if name not in own]
        # Compared as integers first: there are many others, and hardly any conflict.
        everyone = frozenset(memoryview(b"".join(item[1] for _, item in others)).cast("Q"))
        shared = frozenset(state for state in states if int.from_bytes(state, sys.byteorder) in everyone)
        return [
            name
            for name, (_, theirs, their_blocks) in others
            if (shared and shared & _split(theirs))
            or (their_blocks and ranges and any(map(ranges.overlap, their_blocks)))
        ]


class NeighbourFile:
    """Reads and updates the file under a lock: of two cells loaded at the same time, one sees the other."""

    def __init__(self, path: Path, stamp: bytes) -> None:
        self._path = path
        self._stamp = stamp
        self._lock = path.with_name(f".{path.name}.lock")

    def read(self) -> Neighbours | None:
        """Give the content; None if the file is missing, damaged, or about another configuration."""
        found = read_cache(self._path, self._stamp)
        return Neighbours(*found) if isinstance(found, tuple) else None

    def update(self, updates: Mapping[str, NeighbourUpdate]) -> Neighbours | None:
        """Update some cells and give the content; None if there is no file yet, or it can't be written.

        Removed cells stay until everything is loaded: another process may have seen one return.
        """
        now = self.read()
        # What is written already needs no lock: whoever loads another cell meanwhile reads it in the file.
        if now is None or _updated(now, updates) == now.cells:
            return now
        with try_locked(self._lock, _LOCK_SECONDS) as locked:
            now = self.read() if locked else None
            if now is None:
                return None
            cells = _updated(now, updates)
            return now if cells == now.cells else self._write(cells, b"")

    def replace(
        self, updates: Mapping[str, NeighbourUpdate], origin: bytes, before: Neighbours | None
    ) -> None:
        """Replace everything by the result of a load of everything; `before` is what was read at its start.

        If another process has updated a cell meanwhile, it is not known which result is newer. Such a cell
        gets the states and blocks of both, and has to be read again.
        """
        with try_locked(self._lock, _LOCK_SECONDS) as locked:
            if not locked:
                return
            now = self.read()
            known = now.cells if now is not None else {}
            cells = {name: item.applied_to(known.get(name)) for name, item in updates.items()}
            if now is not None and (before is None or now.edition != before.edition):
                origin = b""
                for name, item in known.items():
                    found = cells.get(name, item)
                    if found != item or name not in cells:
                        cells[name] = _union(found, item)
            if now is None or (cells, origin) != (now.cells, now.origin):
                self._write(cells, origin)

    def _write(self, cells: dict[str, Neighbour], origin: bytes) -> Neighbours | None:
        written = Neighbours(secrets.token_bytes(8), origin, cells)
        stored = write_cache(self._path, self._stamp, (written.edition, origin, cells))
        return written if stored else None


def _updated(now: Neighbours, updates: Mapping[str, NeighbourUpdate]) -> dict[str, Neighbour]:
    return {**now.cells, **{name: item.applied_to(now.cells.get(name)) for name, item in updates.items()}}


def _union(one: Neighbour, other: Neighbour) -> Neighbour:
    states = _split(one[1]) | _split(other[1])
    return (UNKNOWN, b"".join(sorted(states)), tuple(dict.fromkeys((*one[2], *other[2]))))


def _split(states: bytes) -> frozenset[bytes]:
    size = _STATE_DIGEST
    return frozenset(states[start : start + size] for start in range(0, len(states), size))
