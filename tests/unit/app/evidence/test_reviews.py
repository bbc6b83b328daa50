"""Reviews are events with a digest of what there was to look at."""

from pathlib import Path

import pytest

from cellwright.access.roles import Role
from cellwright.app.evidence.reviews import Review, ReviewKind, ReviewRequest, record_review, reviews
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.records import GrantRecord, Person
from cellwright.model.diagnostic import DiagnosticError
from unit.app.evidence.kit import DAY, NOW, Days, evidence, make_trail
from unit.app.kit import ADA, NOBODY


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    return make_trail(tmp_path / "fleet")


def review(root: Path, kind: ReviewKind = ReviewKind.ACTIVITY, findings: str = "nothing unusual") -> Review:
    request = ReviewRequest(kind=kind, since=NOW - 5 * DAY, until=NOW + DAY, findings=findings)
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW + 4 * DAY)) as session:
        return record_review(session, ADA, request)


def test_a_review_of_the_activity_names_the_events_that_there_were(root: Path) -> None:
    found = review(root)
    assert (found.who, found.kind, found.findings) == (str(ADA), "activity", "nothing unusual")
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        last = session.ledger().reader.event(int(str(found.looked_at["last_event"])))
        assert last is not None
        assert found.digest == last.hash
        assert [item.event for item in reviews(session)] == [found.event]


def test_a_review_of_access_changes_its_digest_with_the_grants(root: Path) -> None:
    before = review(root, ReviewKind.ACCESS)
    assert before.looked_at == {"people": 0, "grants": 0, "tokens": 0}
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        people = session.ledger(writing=True).people
        person = Person(id="p1", login="bob", name="Bob", created_by="ada")
        people.directory.add(person, [GrantRecord(id="g1", person="p1", role=Role.VIEWER.value)], [])
    after = review(root, ReviewKind.ACCESS)
    assert after.looked_at == {"people": 1, "grants": 1, "tokens": 0}
    assert after.digest != before.digest


def test_the_evidence_has_the_reviews(root: Path, tmp_path: Path) -> None:
    review(root)
    found = evidence(root, tmp_path / "out", days=5)
    assert "no review of the activity is on record" not in {gap.what for gap in found.gaps}
    assert "no review of who has access is on record" in {gap.what for gap in found.gaps}
    assert "nothing unusual" in (tmp_path / "out" / "reviews_activity.csv").read_text()


@pytest.mark.parametrize("findings", ["", "  ", "x" * 4_001, "a\x1b[31mb", "a\u202eb"])
def test_findings_that_are_no_text_are_refused(root: Path, findings: str) -> None:
    with pytest.raises(DiagnosticError, match="findings of 1 to 4000 characters"):
        review(root, findings=findings)


def test_findings_may_have_lines(root: Path) -> None:
    assert review(root, findings="one\ntwo").findings == "one\ntwo"


def test_where_there_is_nothing_to_look_at_there_is_no_review(root: Path) -> None:
    request = ReviewRequest(
        kind=ReviewKind.ACTIVITY, since=NOW - 90 * DAY, until=NOW - 89 * DAY, findings="none"
    )
    with (
        FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW + DAY)) as session,
        pytest.raises(DiagnosticError, match="there is nothing to review"),
    ):
        record_review(session, ADA, request)
