"""What is known of the cells of the last level: whose states and whose blocks they are, one line each.

A cell that is loaded alone is held against this, in place of all others' documents. It says what they were
when they were read last; `touched` tells which of them to read once more.
"""

import secrets
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cellwright.files.cache_file import read_cache, write_cache
from cellwright.files.lock import try_locked
from cellwright.fleet.cache.block_ranges import Span, Spans
from cellwright.fleet.cache.dirty_cells import UNKNOWN

Neighbour: TypeAlias = tuple[int, bytes, tuple[Span, ...]]
"""The mark of its file or folder, the marks of its states in a row, and its blocks."""

_LOCK_SECONDS = 5.0
"""Whoever has the lock needs some milliseconds, unless it was stopped."""

_STATE = 8
"""Bytes of a state's mark. Two different states with one mark cost a look at a cell, no more."""


class Seen(NamedTuple):
    """A cell as it was found."""

    mark: int
    states: frozenset[bytes]
    spans: tuple[Span, ...]
    whole: bool
    """False where something in it could not be read: what was known before may still be so."""

    def beside(self, before: Neighbour | None) -> Neighbour:
        """Give what is known of it from now on."""
        found = (self.mark, b"".join(sorted(self.states)), self.spans)
        if before is None or self.whole:
            return found
        return (self.mark, *_either(before, found)[1:])


def state_marks(backends: Iterable[str | None]) -> frozenset[bytes]:
    """Shorten the digests of backends; None is a state that nobody can share."""
    return frozenset(bytes.fromhex(text)[:_STATE] for text in backends if text is not None)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All that is known."""

    edition: bytes
    """Another one each time something is written."""
    origin: bytes
    """Digest of what a load of everything found; empty if something was found out since."""
    cells: Mapping[str, Neighbour]

    def strange(self, marks: Mapping[str, int]) -> list[str]:
        """Give those of the cells with these marks that are not known as they are now."""
        known = self.cells
        return [
            name
            for name, mark in marks.items()
            if mark == UNKNOWN or (found := known.get(name)) is None or found[0] != mark
        ]

    def suspects(self, states: frozenset[bytes], spans: Iterable[Span], own: Collection[str]) -> list[str]:
        """Give the cells, but for `own`, that have one of these states or an address of these blocks."""
        held = Spans(spans)
        others = [(name, item) for name, item in self.cells.items() if name not in own]
        # As numbers, because there are many and few are wanted.
        everyone = frozenset(memoryview(b"".join(item[1] for _, item in others)).cast("Q"))
        shared = frozenset(state for state in states if int.from_bytes(state, sys.byteorder) in everyone)
        return [
            name
            for name, (_, theirs, blocks) in others
            if (shared and shared & _apart(theirs)) or (blocks and held and any(map(held.touch, blocks)))
        ]


class NeighbourFile:
    """Keeps it, changed in turn only: of two cells that are loaded at once, at least one sees the other."""

    def __init__(self, path: Path, stamp: bytes) -> None:
        self._path = path
        self._stamp = stamp
        self._lock = path.with_name(f".{path.name}.lock")

    def read(self) -> Neighbours | None:
        """Give what is known; None if that is nothing, damaged, or about a fleet that is made otherwise."""
        found = read_cache(self._path, self._stamp)
        return Neighbours(*found) if isinstance(found, tuple) else None

    def learn(self, seen: Mapping[str, Seen]) -> Neighbours | None:
        """Add what was found, and give all that is known then; None if it can't be kept.

        Who is gone stays known until everything is loaded: another process may have seen it come back.
        """
        with try_locked(self._lock, _LOCK_SECONDS) as mine:
            now = self.read() if mine else None
            if now is None:
                return None
            news = {name: item.beside(now.cells.get(name)) for name, item in seen.items()}
            cells = {**now.cells, **news}
            if cells == now.cells:
                return now
            return self._written(cells, b"")

    def settle(self, seen: Mapping[str, Seen], origin: bytes, before: Neighbours | None) -> None:
        """Replace everything by what a load of everything found; `before` is what was known at its start.

        Where somebody else found out something else meanwhile, nobody knows which of both is newer: such a
        cell may be either, and is to be looked at again.
        """
        with try_locked(self._lock, _LOCK_SECONDS) as mine:
            if not mine:
                return
            now = self.read()
            known = now.cells if now is not None else {}
            cells = {name: item.beside(known.get(name)) for name, item in seen.items()}
            if now is not None and (before is None or now.edition != before.edition):
                origin = b""
                for name, item in known.items():
                    found = cells.get(name, item)
                    if found != item or name not in cells:
                        cells[name] = _either(found, item)
            if now is None or (cells, origin) != (now.cells, now.origin):
                self._written(cells, origin)

    def _written(self, cells: dict[str, Neighbour], origin: bytes) -> Neighbours | None:
        written = Neighbours(secrets.token_bytes(8), origin, cells)
        kept = write_cache(self._path, self._stamp, (written.edition, origin, cells))
        return written if kept else None


def _either(one: Neighbour, other: Neighbour) -> Neighbour:
    states = _apart(one[1]) | _apart(other[1])
    return (UNKNOWN, b"".join(sorted(states)), tuple(dict.fromkeys((*one[2], *other[2]))))


def _apart(states: bytes) -> frozenset[bytes]:
    return frozenset(states[start : start + _STATE] for start in range(0, len(states), _STATE))
