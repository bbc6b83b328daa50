"""Evidence is made of a period, with gaps said, nothing half written, and the same bytes again."""

import csv
import errno
import json
import sqlite3
import stat
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.evidence import folder as folder_module
from cellwright.app.evidence.making import EvidenceRequest, make_evidence
from cellwright.app.evidence.period import checked_period
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.evidence.judging import Standing
from cellwright.model.diagnostic import DiagnosticError
from unit.app.evidence.kit import ANCHORED, DAY, NOW, evidence, make_trail, record
from unit.app.kit import ADA, FLEET, NOBODY, make_fleet


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    return make_trail(tmp_path / "fleet")


def read(folder: Path, name: str) -> Any:  # noqa: ANN401  any JSON
    return json.loads((folder / name).read_text())


def drop_guards(connection: sqlite3.Connection) -> None:
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")


def test_the_events_of_the_period_are_there_with_their_proof(root: Path, tmp_path: Path) -> None:
    found = evidence(root, tmp_path / "out")
    manifest = read(tmp_path / "out", "manifest.json")
    assert manifest["period"] == {
        "from": "2026-11-22T00:00:00.000000+00:00",
        "to": "2026-11-23T00:00:00.000000+00:00",
    }
    stretch, head = manifest["chain"]["stretch"], manifest["chain"]["head"]
    assert (stretch["count"], head["sequence"]) == (3, stretch["last"] + 1)
    lines = [json.loads(line) for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines()]
    assert [line["action"] for line in lines] == ["run.approved", "access.refused", "unit.failed"]
    assert (lines[0]["previous"], lines[-1]["hash"]) == (stretch["previous"], stretch["hash"])
    assert found.sound
    assert found.signed
    assert found.recorded


def test_topics_have_rows_for_machines_and_for_people(root: Path, tmp_path: Path) -> None:
    evidence(root, out := tmp_path / "out")
    [change] = read(out, "changes.json")
    assert (change["action"], change["unit"], change["who"]) == ("unit.failed", "client/acme/app", "ada")
    with (out / "refusals.csv").open() as file:
        [refusal] = csv.DictReader(file)
    assert refusal["action"] == "access.refused"
    assert "unit.failed" in (out / "topic-changes.html").read_text()
    assert "164.312(b)" in (out / "index.html").read_text()
    assert "<script" not in (out / "index.html").read_text()
    assert "http" not in (out / "index.html").read_text().replace("http-equiv", "")


def test_only_their_owner_may_read_it(root: Path, tmp_path: Path) -> None:
    evidence(root, out := tmp_path / "out")
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_the_same_ledger_and_period_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    evidence(root, one := tmp_path / "one")
    evidence(root, two := tmp_path / "two", at=NOW + 9 * DAY)
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in two.iterdir())
    differ = [name for name in names if (one / name).read_bytes() != (two / name).read_bytes()]
    # The first making is an event, so that the chain's end is another one; a signature has its time.
    assert set(differ) <= {
        "manifest.json",
        "manifest.json.asc",
        "anchor-records.jsonl",
        "anchors.json",
        "anchors.csv",
        "topic-anchors.html",
        "clauses.json",
        "clause-164.312-b.html",
        "chain.json",
        "chain.csv",
        "retention.json",
        "retention.csv",
        "index.html",
        "topic-chain.html",
        "topic-retention.html",
        "clause-164.312-c-2.html",
        "clause-164.316-b-1.html",
        "clause-164.316-b-2-i.html",
    }


def test_what_is_missing_is_a_gap(root: Path, tmp_path: Path) -> None:
    found = evidence(root, tmp_path / "out")
    gaps = {gap.what for gap in found.gaps}
    assert "no restore was tried" in gaps
    assert "no plan was judged by a policy" in gaps
    assert not any("anchor" in gap or "signed" in gap for gap in gaps)
    standing = {item.clause.cite: item.standing for item in found.judged}
    assert standing["164.312(c)(2)"] is Standing.SEEN
    assert standing["164.308(a)(7)(i)"] is Standing.GAP
    assert standing["164.310(b)"] is Standing.CUSTOMER


def test_without_a_key_it_is_not_signed_and_says_so(tmp_path: Path) -> None:
    root = make_trail(tmp_path / "fleet", FLEET)
    found = evidence(root, tmp_path / "out")
    assert not found.signed
    assert not (tmp_path / "out" / "manifest.json.asc").exists()
    gaps = " ".join(gap.what for gap in found.gaps)
    assert "the manifest is not signed" in gaps
    assert "no anchor outside the ledger" in gaps


def test_a_key_that_the_fleet_does_not_list_signs_nothing(root: Path, tmp_path: Path) -> None:
    from pysequoia import Tsk  # noqa: PLC0415  large

    other = str(Tsk.generate("another").extract_certificate())
    (root / "other.asc").write_text(other)
    (root / "fleet.yaml").write_text(f"{ANCHORED}  keys: [other.asc]\n")
    found = evidence(root, tmp_path / "out")
    assert not found.signed
    assert "this machine's key is not among `audit.keys`" in {gap.what for gap in found.gaps}


def test_a_changed_event_is_said_and_the_evidence_is_made(root: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(root / ".cellwright" / "ledger.db")) as connection:
        drop_guards(connection)
        connection.execute("UPDATE events SET actor = 'eve' WHERE action = 'run.approved'")
        connection.commit()
    found = evidence(root, tmp_path / "out")
    assert not found.sound
    assert not found.recorded
    assert "the event was changed after it was recorded" in found.gaps[0].what
    assert read(tmp_path / "out", "manifest.json")["chain"]["holds"] is False
    assert read(tmp_path / "out", "chain.json") == []
    assert len((tmp_path / "out" / "events.jsonl").read_text().splitlines()) == 3


def test_a_trail_that_was_cut_is_told_by_its_anchors(root: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(root / ".cellwright" / "ledger.db")) as connection:
        drop_guards(connection)
        connection.execute("DELETE FROM events WHERE sequence = (SELECT max(sequence) FROM events)")
        connection.execute(
            "UPDATE chain SET sequence = (SELECT max(sequence) FROM events),"
            " hash = (SELECT hash FROM events ORDER BY sequence DESC LIMIT 1)"
        )
        connection.commit()
    found = evidence(root, tmp_path / "out")
    assert not found.sound
    assert "it was cut or replaced" in found.gaps[0].what


def test_a_fleet_without_a_ledger_has_gaps_only(tmp_path: Path) -> None:
    make_fleet(root := tmp_path / "fleet", acme="{}")
    found = evidence(root, tmp_path / "out")
    assert found.sound
    assert not found.recorded
    assert found.found.count == 0
    assert not (root / ".cellwright" / "ledger.db").exists()


def test_a_period_that_is_not_over_is_a_gap(root: Path, tmp_path: Path) -> None:
    found = evidence(root, tmp_path / "out", at=NOW + DAY / 4)
    assert "the period is not over" in {gap.what for gap in found.gaps}


@pytest.mark.parametrize("taken", ["file", "full", "link"])
def test_a_folder_that_is_taken_is_refused_and_stays(root: Path, tmp_path: Path, taken: str) -> None:
    target = tmp_path / "out"
    if taken == "file":
        target.write_text("mine")
    elif taken == "full":
        target.mkdir()
        (target / "mine").write_text("mine")
    else:
        (tmp_path / "else").mkdir()
        target.symlink_to(tmp_path / "else")
    with pytest.raises(DiagnosticError, match=r"not empty|is no folder"):
        evidence(root, target)
    assert not list(tmp_path.glob(".out.*"))


def test_a_full_disk_leaves_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: object, _text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder_module.DigestedFile, "write", full)
    with pytest.raises(DiagnosticError, match="the disk is full: make room"):
        evidence(root, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["fleet"]


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (NOW, NOW - DAY, "before it begins"),
        (NOW, NOW, "before it begins"),
        (NOW + DAY, NOW + 2 * DAY, "begins in the future"),
        (NOW - DAY, NOW + 2 * DAY, "ends in the future"),
    ],
)
def test_a_period_that_can_be_none_is_refused(since: datetime, until: datetime, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        checked_period(since, until, NOW)


def test_the_present_day_may_be_within() -> None:
    assert not checked_period(NOW - DAY, NOW + DAY / 2, NOW).over(NOW)


def test_the_making_is_an_event(root: Path, tmp_path: Path) -> None:
    found = evidence(root, tmp_path / "out")
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        [event] = session.ledger().reader.latest_events(1)
    assert (event.action, event.detail["manifest"]) == ("evidence.made", found.manifest)
    assert event.actor == str(ADA)


def test_a_text_that_is_a_formula_or_script_stays_text(root: Path, tmp_path: Path) -> None:
    location = Location(fleet=root, environment=NOBODY)
    with FleetSession(location) as session:
        recorder = session.ledger(writing=True).recorder
        recorder.append_event("=cmd()", "client.onboarded", "<script>alert(1)</script>", "a\nb")
        now = session.now()

    with FleetSession(location) as session:
        make_evidence(session, ADA, EvidenceRequest(since=now - DAY, until=None, target=tmp_path / "out"))
    assert "<script>alert" not in (tmp_path / "out" / "topic-clients.html").read_text()
    assert "'=cmd()" in (tmp_path / "out" / "clients.csv").read_text()


def test_a_long_trail_keeps_few_rows_in_memory(tmp_path: Path) -> None:
    make_fleet(root := tmp_path / "fleet", acme="{}")
    record(root, *["unit.failed"] * 250)
    evidence(root, out := tmp_path / "out")
    assert len(read(out, "changes.json")) == 250
    page = (out / "topic-changes.html").read_text()
    assert page.count("<tr>") == 201
    assert "50 more in changes.json" in page
