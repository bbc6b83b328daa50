"""Compares the audit trail with events whose hashes are known from outside the database.

Whoever can write the database can write another chain that holds in itself. What they can't change is what an
auditor noted down, or what was anchored elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cellwright.model.runs.event import Event


@dataclass(frozen=True, slots=True)
class KnownPoint:
    """An event that the trail must hold."""

    sequence: int | None
    """Its number; None if only its hash was noted down."""
    hash: str
    source: str
    """Where this is known from, for people: `audit/anchors.log`."""


@dataclass(slots=True)
class PointCheck:
    """Sees the trail's events go by, and then tells which points it lacks."""

    points: Sequence[KnownPoint]
    _hashes: dict[int, str] = field(default_factory=dict)
    _found: dict[str, int] = field(default_factory=dict)
    _last: int = 0
    _wanted: frozenset[int] = field(init=False)
    _bare: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._wanted = frozenset(point.sequence for point in self.points if point.sequence is not None)
        self._bare = frozenset(point.hash for point in self.points if point.sequence is None)

    def watch(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events as they are, and remember those that matter."""
        for event in events:
            if event.sequence in self._wanted:
                self._hashes[event.sequence] = event.hash
            if event.hash in self._bare:
                self._found[event.hash] = event.sequence
            self._last = max(self._last, event.sequence)
            yield event

    def holds(self, point: KnownPoint) -> bool:
        """Tell whether the trail has this event."""
        if point.sequence is None:
            return point.hash in self._found
        return self._hashes.get(point.sequence) == point.hash

    def fault(self) -> str | None:
        """What the first point that the trail lacks says of it; None if it holds all of them."""
        lacking = [point for point in self.points if not self.holds(point)]
        if not lacking:
            return None
        first = min(lacking, key=lambda point: (point.sequence is None, point.sequence or 0))
        if first.sequence is None:
            return (
                f"no event has the hash {first.hash} of {first.source}: the trail was rewritten, cut or "
                f"replaced after event {self._held(self._last)}"
            )
        held = self._held(first.sequence)
        if first.sequence > self._last:
            rest = f"comes after event {held}" if held else "is left"
            return (
                f"the trail ends with event {self._last}, and {first.source} has event {first.sequence}: it "
                f"was cut or replaced; nothing vouches for what {rest}"
            )
        between = f"{first.sequence}" if held + 1 == first.sequence else f"{held + 1} to {first.sequence}"
        return (
            f"event {first.sequence} is not the one that {first.source} has: the trail was rewritten, from "
            f"event {between} on"
        )

    def _held(self, below: int) -> int:
        """The last event up to a number that is known to be right; 0 if none is."""
        numbers = [point.sequence or self._found[point.hash] for point in self.points if self.holds(point)]
        return max((number for number in numbers if number <= below), default=0)
