"""What the anchors of the audit trail say: the events that the trail must hold, and anchors that are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.app.session.session import FleetSession
from cellwright.ledger.known_points import KnownPoint
from cellwright.model.diagnostic import DiagnosticError, error

if TYPE_CHECKING:
    from cellwright.ledger.anchors.places import AnchorPlace


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of a fleet's trail."""

    points: tuple[KnownPoint, ...]
    faults: tuple[str, ...]
    """Records that are no anchors of this trail, and places without any."""


def read_anchors(session: FleetSession) -> Anchors:
    """Read the anchors in all places, and check who signed them.

    Raises:
        DiagnosticError: no place is set, there is no public key to check them with, or one can't be read.
    """
    anchoring = session.anchoring()
    places = anchoring.places()
    if not places:
        detail = "list a file, git notes or an S3 bucket under `audit.anchors` in fleet.yaml"
        raise DiagnosticError(error("the fleet's audit trail has no anchors", detail))
    keys = anchoring.public_keys()
    if not keys:
        detail = "list the public keys under `audit.keys` in fleet.yaml (`cellwright events key` prints one)"
        raise DiagnosticError(error("there is no public key to check the anchors with", detail))
    points: list[KnownPoint] = []
    faults: list[str] = []
    for place in places:
        found = [_point(line, place, anchoring.fleet, keys) for line in place.lines()]
        points.extend(item for item in found if isinstance(item, KnownPoint))
        faults.extend(_faults(place, found))
    return Anchors(tuple(points), tuple(faults))


def _faults(place: "AnchorPlace", found: Sequence[KnownPoint | str]) -> Sequence[str]:
    wrong = [item for item in found if isinstance(item, str)]
    if not any(isinstance(item, KnownPoint) for item in found):
        wrong.append("there is no anchor of this fleet's trail")
    return [f"{place.name}: {reason}" for reason in dict.fromkeys(wrong)]


def _point(line: str, place: "AnchorPlace", fleet: str, keys: Sequence[str]) -> KnownPoint | str:
    """Read one record; a text says why it counts for nothing."""
    from cellwright.ledger.anchors.signing import verify_signature  # noqa: PLC0415  it brings a large library
    from cellwright.ledger.anchors.statement import AnchorRecord, Statement  # noqa: PLC0415  with it

    try:
        record = AnchorRecord.parse(line)
        statement = Statement.parse(record.statement)
    except ValueError:
        return "a line is no record of an anchor"
    if not verify_signature(record.statement, record.signature, keys):
        return f"the anchor of event {statement.sequence} is signed by no known key"
    if statement.fleet != fleet:
        return f"the anchor of event {statement.sequence} is another fleet's"
    return KnownPoint(statement.sequence, statement.hash, f"the anchor in {place.name}")
