"""What a server keeps: nothing of a trail that is too long for a browser's patience."""

import os
from pathlib import Path

import pytest

from cellwright.app.evidence import keeping
from cellwright.app.evidence.keeping import KeptRequest, find_kept, keep_evidence, kept_evidence
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from unit.app.evidence.kit import DAY, NOW, Days, make_trail
from unit.app.kit import ADA, NOBODY


def test_a_trail_that_is_too_long_is_left_to_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_trail(tmp_path / "fleet")
    monkeypatch.setattr(keeping, "MOST_EVENTS", 4)
    with (
        FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW + 4 * DAY)) as session,
        pytest.raises(DiagnosticError, match="make it on the command line"),
    ):
        keep_evidence(session, ADA, KeptRequest(since=NOW - DAY, until=None))


def test_a_folder_that_is_damaged_is_not_listed(tmp_path: Path) -> None:
    root = make_trail(tmp_path / "fleet")
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW + 4 * DAY)) as session:
        kept, _ = keep_evidence(session, ADA, KeptRequest(since=NOW - DAY, until=None))
        found = find_kept(session, kept)
        assert found is not None
        assert kept_evidence(session) == (found,)
        (found.folder / "manifest.json").write_text("{")
        assert kept_evidence(session) == ()
        assert find_kept(session, "../" + kept) is None


def test_evidence_that_can_not_be_made_costs_none_that_is_kept(tmp_path: Path) -> None:
    root = make_trail(tmp_path / "fleet")
    clock = Days(NOW + 4 * DAY)
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=clock) as session:
        made = []
        for _ in range(keeping.KEPT + 1):
            clock.moment += DAY
            made.append(keep_evidence(session, ADA, KeptRequest(since=NOW - DAY, until=None))[0])
        with pytest.raises(DiagnosticError, match="begins in the future"):
            keep_evidence(session, ADA, KeptRequest(since=NOW + 400 * DAY, until=NOW + 401 * DAY))
        assert [item.id for item in kept_evidence(session)] == made[:0:-1]


def test_what_a_server_that_was_killed_has_left_is_removed(tmp_path: Path) -> None:
    root = make_trail(tmp_path / "fleet")
    with FleetSession(Location(fleet=root, environment=NOBODY), clock=Days(NOW + 4 * DAY)) as session:
        keep_evidence(session, ADA, KeptRequest(since=NOW - DAY, until=None))
        place = session.home.folder / "evidence"
        left, young = place / ".20261101-120000-0a0b0c0d.aa.partial", place / ".x.bb.partial"
        for folder in (left, young):
            folder.mkdir()
            (folder / "events.jsonl").write_text("{")
        os.utime(left, (1, 1))
        keep_evidence(session, ADA, KeptRequest(since=NOW - DAY, until=None))
        assert (left.exists(), young.exists()) == (False, True)
