"""What is known of the trail outside the ledger: its anchors, and what this clone remembers."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.history.anchors import read_anchors
from cellwright.app.session.session import FleetSession
from cellwright.ledger.known_points import KnownPoint
from cellwright.model.diagnostic import DiagnosticError


@dataclass(frozen=True, slots=True)
class OutsideTrail:
    """Points that the trail must have, and the records of anchors as they were signed."""

    points: tuple[KnownPoint, ...] = ()
    lines: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def outside_trail(session: FleetSession) -> OutsideTrail:
    """Read the anchors; none where none are set up, and a fault where one can't be read."""
    seen = session.memory.recall()
    remembered = (
        (KnownPoint(seen.sequence, seen.hash, f"the memory of this clone ({session.memory.file})"),)
        if seen
        else ()
    )
    try:
        places = session.anchoring().places()
        if not places:
            return OutsideTrail(remembered)
        found = read_anchors(session)
        lines = sorted({f"{line.rstrip()}\n" for place in places for line in place.lines()}, key=_order)
    except DiagnosticError as fault:
        return OutsideTrail(remembered, faults=tuple(item.summary for item in fault.diagnostics))
    return OutsideTrail((*found.points, *remembered), tuple(lines), found.faults)


def _order(line: str) -> tuple[int, str]:
    return len(line), line


def anchors_only(points: Sequence[KnownPoint]) -> tuple[KnownPoint, ...]:
    """Leave out what only this clone remembers."""
    return tuple(point for point in points if point.source.startswith("the anchor in "))
