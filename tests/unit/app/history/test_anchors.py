"""The end of the trail is anchored after each use, and anchors tell a trail that was written anew."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cellwright.app.history.events import accept_ledger, parse_point, public_key, tip, verify
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import event_hash
from unit.app.kit import ADA, FLEET, NOBODY, make_fleet, open_session

AUDIT = "audit:\n  anchors:\n    - file: anchors.log\n"


def record(root: Path, *subjects: str) -> list[str]:
    """Record events as a command does; gives what it warned of."""
    told: list[str] = []
    with FleetSession(Location(fleet=root, environment=NOBODY), notice=told.append) as session:
        fleet = session.open(writing=True)
        for subject in subjects:
            fleet.ledger.recorder.append_event("ada", "trial.made", subject)
    return told


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A fleet whose trail has four events, anchored after the second and the fourth."""
    make_fleet(tmp_path, acme="{}")
    (tmp_path / "fleet.yaml").write_text(FLEET + AUDIT)
    assert record(tmp_path, "a", "b") == []
    assert record(tmp_path, "c", "d") == []
    return tmp_path


def ledger_file(root: Path) -> Path:
    return root / ".cellwright" / "ledger.db"


def written_anew(root: Path, *subjects: str) -> None:
    """Replace the whole trail by another one that holds in itself."""
    ledger_file(root).unlink()
    with open_ledger(sqlite_url(ledger_file(root))) as other:
        for subject in subjects:
            other.recorder.append_event("ada", "trial.made", subject)


def rewritten(root: Path) -> None:
    """Change event 3 and give it, and what follows, fitting hashes, as who can write the database may."""
    with open_ledger(sqlite_url(ledger_file(root))) as ledger:
        events = list(ledger.reader.events())
    with closing(sqlite3.connect(ledger_file(root))) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        previous = events[1].hash
        for event in events[2:]:
            actor = "eve" if event.sequence == 3 else event.actor
            changed = type(event)(
                **{name: getattr(event, name) for name in event.__slots__}
                | {"actor": actor, "previous": previous}
            )
            previous = event_hash(changed)
            connection.execute(
                "UPDATE events SET actor = ?, previous = ?, hash = ? WHERE sequence = ?",
                [actor, changed.previous, previous, event.sequence],
            )
        connection.execute("UPDATE chain SET hash = ?", [previous])
        connection.commit()


def cut(root: Path) -> None:
    """Remove the last two events, and set the end back."""
    with closing(sqlite3.connect(ledger_file(root))) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM events WHERE sequence > 2")
        connection.execute(
            "UPDATE chain SET sequence = 2, hash = (SELECT hash FROM events WHERE sequence = 2)"
        )
        connection.commit()


def test_the_end_is_anchored_after_each_use(used: Path) -> None:
    lines = (used / "anchors.log").read_text().splitlines()
    assert ["event 2\n" in json.loads(line)["statement"] for line in lines] == [True, False]
    with open_session(used) as session:
        found = verify(session, anchors=True)
        assert (found.fault, found.anchored, found.last) == (None, 4, 4)
        noted = tip(session)
        assert noted.sequence == 4
        for text in (noted.hash, f"4:{noted.hash}", f" {noted.hash.upper()} "):
            assert verify(session, expected=[parse_point(text)]).fault is None
    assert record(used) == []
    assert len((used / "anchors.log").read_text().splitlines()) == 2, "nothing new, nothing to anchor"


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (rewritten, "event 4 is not the one that the anchor in .* from event 3 to 4 on"),
        (cut, "ends with event 2, and the anchor in .* has event 4: .* after event 2"),
        (lambda root: written_anew(root, "a"), "event 2|ends with event 1"),
        (lambda root: written_anew(root, *"abcdefgh"), "event 2 is not the one .* from event 1 to 2 on"),
    ],
    ids=["rewritten", "cut", "shorter", "replaced"],
)
@pytest.mark.parametrize("clone", ["same", "auditor's"])
def test_a_trail_that_was_written_anew_holds_but_not_against_its_anchors(
    used: Path, attack: Callable[[Path], None], told: str, clone: str
) -> None:
    with open_session(used) as session:
        noted = tip(session)
        key = public_key(session)
    attack(used)
    if clone == "auditor's":
        (used / ".cellwright" / "ledger-seen.json").unlink()
        (used / ".cellwright" / "trail-key.asc").unlink()
        (used / "ops.asc").write_text(key)
        (used / "fleet.yaml").write_text(FLEET + AUDIT + "  keys: [ops.asc]\n")
        with open_session(used) as session:
            assert verify(session).fault is None, "whoever can write the database can make it hold"
    with open_session(used) as session:
        found = verify(session, anchors=True)
        assert found.fault is not None
        assert re.search(told, found.fault), found.fault
        for point in (f"{noted.sequence}:{noted.hash}", noted.hash):
            assert verify(session, expected=[parse_point(point)]).fault is not None


def test_an_anchor_that_can_not_be_written_is_warned_of_and_made_up_for(used: Path) -> None:
    (used / "anchors.log").rename(used / "kept")
    (used / "anchors.log").mkdir()
    (warned,) = record(used, "e")
    assert "warning: event 5 of the audit trail is recorded, not anchored" in warned
    (used / "anchors.log").rmdir()
    (used / "kept").rename(used / "anchors.log")
    assert record(used) == []
    with open_session(used) as session:
        assert verify(session, anchors=True).anchored == 5


def test_forged_anchors_are_found(used: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    make_fleet(other, acme="{}")
    (other / "fleet.yaml").write_text(FLEET + AUDIT)
    record(other, "x", "y", "z")
    forged = (other / "anchors.log").read_text()
    with (used / "anchors.log").open("a") as file:
        file.write(forged + "garbage\n")
    with open_session(used) as session:
        found = verify(session, anchors=True)
    assert found.fault is not None
    assert "the anchor of event 3 is signed by no known key" in found.fault
    assert "a line is no record of an anchor" in found.fault


def test_anchors_that_are_gone_or_of_another_fleet_are_found(used: Path) -> None:
    (used / "fleet.yaml").write_text(FLEET.replace("fleet: trial", "fleet: other") + AUDIT)
    with open_session(used) as session:
        found = verify(session, anchors=True)
    assert "is another fleet's" in str(found.fault)
    (used / "fleet.yaml").write_text(FLEET + AUDIT)
    (used / "anchors.log").unlink()
    with open_session(used) as session:
        assert "there is no anchor of this fleet's trail" in str(verify(session, anchors=True).fault)


def test_without_anchors_or_keys_there_is_nothing_to_compare_with(used: Path) -> None:
    (used / ".cellwright" / "trail-key.asc").unlink()
    with open_session(used) as session, pytest.raises(DiagnosticError, match="no public key to check"):
        verify(session, anchors=True)
    (used / "fleet.yaml").write_text(FLEET)
    with open_session(used) as session, pytest.raises(DiagnosticError, match="has no anchors"):
        verify(session, anchors=True)


def test_a_key_that_the_settings_do_not_list_signs_nothing(used: Path) -> None:
    with open_session(used) as session:
        (used / "ops.asc").write_text(public_key(session))
    (used / "fleet.yaml").write_text(FLEET + AUDIT + "  keys: [ops.asc]\n")
    assert record(used, "e") == []
    (used / ".cellwright" / "trail-key.asc").unlink()
    (warned,) = record(used, "f")
    assert "is not among `audit.keys`" in warned


def test_a_garbled_end_is_told_and_can_be_mended(used: Path) -> None:
    with closing(sqlite3.connect(ledger_file(used))) as connection:
        connection.execute("UPDATE chain SET hash = 'x', sequence = 77")
        connection.commit()
    with open_session(used) as session:
        found = verify(session)
        assert "table 'chain', is garbled (number 77, hash 'x'); the last event is 4" in str(found.fault)
        assert "cellwright events accept" in str(found.fault)
        with pytest.raises(DiagnosticError, match="is garbled"):
            session.open(writing=True).ledger.recorder.append_event("ada", "trial.made", "e")
        event = accept_ledger(session, ADA, "a disk error")
        assert (event.sequence, event.action, event.detail["trail_end"]) == (5, "ledger.accepted", 4)
        assert verify(session).fault is None
        with pytest.raises(DiagnosticError, match="nothing to accept"):
            accept_ledger(session, ADA, "again")


def test_a_garbled_end_is_not_mended_where_the_events_do_not_hold(used: Path) -> None:
    with closing(sqlite3.connect(ledger_file(used))) as connection:
        connection.execute("DROP TRIGGER events_DELETE")
        connection.execute("DELETE FROM events WHERE sequence = 2")
        connection.execute("DELETE FROM chain")
        connection.commit()
    with open_session(used) as session:
        assert "event 2: the event is missing" in str(verify(session).fault)
        with pytest.raises(DiagnosticError, match="the events do not hold: event 2"):
            accept_ledger(session, ADA, "no")


@pytest.mark.parametrize("text", ["", "x", "ab" * 31, f"0:{'ab' * 32}", f"-1:{'ab' * 32}"])
def test_what_is_no_noted_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 digits"):
        parse_point(text)
