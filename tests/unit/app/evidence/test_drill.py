"""A drill restores beside, finds every damage, leaves nothing, and is recorded with its result."""

import errno
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cellwright.app.evidence.drill import states
from cellwright.app.evidence.drill.restoring import DrillReport, DrillRequest, DrillResult, drill_restore
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.leases import Holder
from cellwright.ledger.read.reader import LedgerReader
from cellwright.ledger.read.views import HeadsView
from cellwright.model.diagnostic import DiagnosticError
from unit.app.evidence.stated import ACME, BETA, make_stated, put_state, state_file, state_text
from unit.app.kit import ADA, NOBODY


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    return make_stated(tmp_path / "fleet")


def drill(root: Path, *cells: str, backup: str = "") -> DrillReport:
    request = DrillRequest(cells=cells, backup=backup, reason="the quarter's")
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        return drill_restore(session, ADA, request)


def last_event(root: Path) -> dict[str, object]:
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        [event] = session.ledger().reader.latest_events(1)
    return {"action": event.action, "reason": event.reason, **event.detail}


def change(root: Path, statement: str) -> None:
    """Change the database as somebody who owns it can."""
    with closing(sqlite3.connect(root / ".cellwright" / "ledger.db")) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()


def test_what_is_whole_passes_and_is_recorded(root: Path) -> None:
    found = drill(root)
    assert (found.result, found.differences, found.states.restored) == (DrillResult.PASSED, (), 2)
    recorded = last_event(root)
    assert (recorded["action"], recorded["result"], recorded["reason"]) == (
        "drill.restored",
        "passed",
        "the quarter's",
    )
    assert recorded["states"] == 2
    assert found.ledger.events == found.ledger.head == found.event - 1


def test_nothing_is_left_and_nothing_of_the_originals_changes(root: Path) -> None:
    before = {path: path.read_bytes() for path in (root / ".cellwright" / "states").rglob("*.tfstate")}
    drill(root)
    assert {path: path.read_bytes() for path in before} == before
    assert not list((root / ".cellwright").glob("drill-*"))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.unlink(), "is not there"),
        (lambda path: path.write_text(""), "the state is empty"),
        (lambda path: path.write_text('{"version": 4, "serial": 2'), "is not a Terraform state"),
        (lambda path: path.write_text(state_text("another", 2)), "it is another one"),
        (lambda path: path.write_text(state_text("lineage-beta", 1)), "it is older"),
        (lambda path: path.write_text(state_text("lineage-beta", 7)), "written without Cellwright"),
    ],
)
def test_each_damage_of_a_state_is_found(root: Path, damage: Callable[[Path], object], told: str) -> None:
    damage(state_file(root, BETA))
    found = drill(root)
    assert found.result is DrillResult.FAILED
    [difference] = found.differences
    assert str(BETA) in difference
    assert told in difference
    assert last_event(root)["first_differences"] == [difference]


def test_only_the_cells_that_were_chosen_are_restored(root: Path) -> None:
    state_file(root, BETA).unlink()
    found = drill(root, "client/acme")
    assert (found.result, found.states.restored) == (DrillResult.PASSED, 1)
    assert last_event(root)["cells"] == ["client/acme"]


def test_a_selector_that_matches_nothing_is_refused(root: Path) -> None:
    with pytest.raises(DiagnosticError, match="nobody"):
        drill(root, "client/nobody")


def test_a_changed_event_is_found_in_the_restored_trail(root: Path) -> None:
    change(root, "UPDATE events SET actor = 'eve' WHERE sequence = 2")
    found = drill(root)
    assert found.result is DrillResult.FAILED
    assert "event 2: the event was changed after it was recorded" in found.differences[0]


def test_a_row_that_does_not_arrive_is_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cellwright.ledger import copying  # noqa: PLC0415  what is damaged

    whole = copying.copy_ledger

    def damaged(*given: object, **named: object) -> object:
        found = whole(*given, **named)  # type: ignore[arg-type]  # passed on
        with closing(sqlite3.connect(str(given[1]))) as connection:
            connection.execute("UPDATE heads SET serial = 99 WHERE unit = 'client/acme/app'")
            connection.execute("DELETE FROM outputs WHERE unit = 'client/acme/app'")
            connection.commit()
        return found

    monkeypatch.setattr("cellwright.app.evidence.drill.ledger_copy.copy_ledger", damaged)
    assert set(drill(root).differences) == {
        "the table heads has other content in the restored ledger",
        "the table outputs has 2 rows, and 1 in the restored ledger",
    }


def test_a_state_in_another_backend_makes_it_incomplete(root: Path) -> None:
    recipe = '{"backend": {"kind": "gcs", "config": {"bucket": "b"}}}'
    change(root, f"UPDATE units SET recipe = '{recipe}' WHERE unit = '{BETA}'")  # noqa: S608  ours
    found = drill(root)
    assert (found.result, found.states.restored) == (DrillResult.INCOMPLETE, 1)
    assert "gcs" in found.states.unread[0]


def test_a_unit_that_somebody_works_at_is_not_judged(root: Path) -> None:
    put_state(root, BETA, state_text("lineage-beta", 3))
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        ledger = session.ledger(writing=True)
        ledger.leases.acquire(BETA, Holder("host", 1, "now", "R"), 60.0)
    found = drill(root)
    assert found.result is DrillResult.INCOMPLETE
    assert "a run is at work on it" in found.states.unread[0]


def test_an_encrypted_state_is_compared_by_what_can_be_read(root: Path) -> None:
    text = '{"serial": 2, "lineage": "lineage-beta", "meta": {}, "encrypted_data": "x"}'
    put_state(root, BETA, text)
    found = drill(root)
    assert (found.result, found.states.encrypted) == (DrillResult.PASSED, 1)


def test_a_backup_that_was_restored_beside_is_compared(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / ".cellwright" / "ledger.db", backup := tmp_path / "backup.db")
    assert drill(root, backup=str(backup)).result is DrillResult.PASSED
    later = drill(root, backup=str(backup))
    assert (later.result, later.ledger.behind) == (DrillResult.PASSED, 1)
    assert str(backup) in str(last_event(root)["backup"])


def test_a_backup_of_another_ledger_is_found(root: Path, tmp_path: Path) -> None:
    other = make_stated(tmp_path / "other")
    found = drill(root, backup=str(other / ".cellwright" / "ledger.db"))
    assert found.result is DrillResult.FAILED
    assert "the ledger does not go on from the backup" in found.differences[0]


def test_a_backup_that_is_not_there_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="there is no ledger at"):
        drill(root, backup=str(tmp_path / "nothing.db"))
    assert not (tmp_path / "nothing.db").exists()


def test_the_ledger_itself_is_no_backup_of_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(root / ".cellwright" / "ledger.db")
    for named in (root / ".cellwright" / "ledger.db", tmp_path / "link.db"):
        with pytest.raises(DiagnosticError, match="is the ledger itself"):
            drill(root, backup=str(named))


def test_all_units_are_read_once_however_many_states_differ(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit in (ACME, BETA):
        state_file(root, unit).unlink()
    read, heads = [], LedgerReader.heads

    def counted(reader: LedgerReader) -> HeadsView:
        read.append(reader)
        return heads(reader)

    monkeypatch.setattr(LedgerReader, "heads", counted)
    assert len(drill(root).differences) == 2
    assert len(read) == 1


def test_without_room_it_ends_with_what_to_do_and_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: object, _content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(states, "write_file", full)
    with pytest.raises(DiagnosticError, match="the disk is full: make room"):
        drill(root)
    assert not list((root / ".cellwright").glob("drill-*"))


def test_what_a_killed_drill_has_left_is_removed_after_a_day(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = root / ".cellwright" / "drill-left"
    left.mkdir()
    drill(root)
    assert left.exists()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3 * 24 * 3600)
    drill(root)
    assert not left.exists()
    assert state_file(root, ACME).exists()
