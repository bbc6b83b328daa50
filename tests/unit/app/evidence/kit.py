"""A fleet with a trail, for tests of evidence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cellwright.app.evidence.making import EvidenceReport, EvidenceRequest, make_evidence
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from unit.app.kit import ADA, FLEET, NOBODY, make_fleet

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANCHORED = FLEET + "audit:\n  anchors:\n    - file: anchors.log\n"


class Days:
    """A clock that somebody turns."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Give the time to which it was turned."""
        return self.moment


def record(root: Path, *actions: str, at: datetime = NOW) -> None:
    """Record events at a moment, as a command does."""
    location = Location(fleet=root, environment=NOBODY)
    with FleetSession(location, clock=Days(at), notice=lambda _: None) as session:
        fleet = session.open(writing=True)
        for action in actions:
            fleet.ledger.recorder.append_event(ADA, action, "client/acme/app", "a reason", {"run": "r"})


def make_trail(root: Path, fleet: str = ANCHORED) -> Path:
    """Make a fleet with events on three days: 20 and 22 November, and 25 to come."""
    make_fleet(root, acme="{}")
    (root / "fleet.yaml").write_text(fleet)
    record(root, "unit.applied", at=NOW - 2 * DAY)
    record(root, "run.approved", "access.refused", "unit.failed", at=NOW)
    record(root, "unit.destroyed", at=NOW + 3 * DAY)
    return root


def evidence(root: Path, target: Path, at: datetime = NOW + 4 * DAY, days: int = 1) -> EvidenceReport:
    """Make evidence of the 22nd, or of several days from then on."""
    midnight = NOW.replace(hour=0)
    request = EvidenceRequest(since=midnight, until=midnight + days * DAY, target=target)
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(at)) as session:
        return make_evidence(session, ADA, request)
