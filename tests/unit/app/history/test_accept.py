"""A ledger that was emptied, replaced or removed never passes for a new one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from cellwright.app.history.events import accept_ledger, verify
from cellwright.app.history.runs import RunsRequest, runs
from cellwright.app.status.status import StatusRequest, status
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import ADA, make_fleet, open_session


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A fleet whose ledger has two events."""
    make_fleet(tmp_path, acme="{}")
    with open_session(tmp_path) as session:
        fleet = session.open(writing=True)
        fleet.ledger.recorder.append_event("ada", "trial.made", "x")
        fleet.ledger.recorder.append_event("ada", "trial.made", "y")
    return tmp_path


def emptied(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM events")
        connection.execute("UPDATE chain SET sequence = 0, hash = ?", ["0" * 64])
        connection.commit()


def removed(file: Path) -> None:
    file.unlink()


def replaced(file: Path) -> None:
    file.unlink()
    with open_ledger(sqlite_url(file)) as other:
        for number in range(5):
            other.recorder.append_event("eve", "trial.made", str(number))


def older(file: Path) -> None:
    file.unlink()
    with open_ledger(sqlite_url(file)) as other:
        other.recorder.append_event("ada", "trial.made", "x")


@pytest.mark.parametrize("change", [emptied, removed, replaced, older])
def test_a_ledger_that_is_not_the_one_that_was_used_is_refused_until_it_is_accepted(
    used: Path, change: Callable[[Path], None]
) -> None:
    change(used / ".cellwright" / "ledger.db")
    with open_session(used) as session:
        for look in (
            lambda: verify(session),
            lambda: status(session, StatusRequest()),
            lambda: list(runs(session, RunsRequest()).runs),
            lambda: session.open(writing=True),
        ):
            with pytest.raises(DiagnosticError, match="is not the one that this clone has used: it lacks"):
                look()
        assert (change is removed) == (not (used / ".cellwright" / "ledger.db").exists())
        event = accept_ledger(session, ADA, "restored")
        assert (event.action, event.reason, event.detail["seen"]) == ("ledger.accepted", "restored", 2)
        assert verify(session).fault is None
        session.open(writing=True)
    with open_session(used) as session:
        session.open(writing=True)
        assert session.memory.recall() is not None


def test_a_ledger_that_goes_on_needs_no_acceptance(used: Path) -> None:
    with open_session(used) as session:
        assert verify(session).count == 2
        with pytest.raises(DiagnosticError, match="goes on from where this clone has seen it"):
            accept_ledger(session, ADA, "no need")


def test_a_clone_that_has_seen_less_than_the_others_goes_on(used: Path) -> None:
    with open_ledger(sqlite_url(used / ".cellwright" / "ledger.db")) as other:
        other.recorder.append_event("bob", "trial.made", "z")
    with open_session(used) as session:
        session.open(writing=True)
    with open_session(used) as session:
        seen = session.memory.recall()
        assert seen is not None
        assert seen.sequence == 3


def test_times_that_go_back_are_counted_and_the_chain_holds(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}")
    times = ["2026-11-22T21:48:12.000000+00:00", "2026-11-22T20:00:00.000000+00:00"]

    class Jumping:
        def now(self) -> datetime:
            return datetime.fromisoformat(times[min(len(asked), 1)])

    asked: list[int] = []
    file = tmp_path / ".cellwright" / "ledger.db"
    with open_ledger(sqlite_url(file), clock=Jumping()) as ledger:
        ledger.recorder.append_event("ada", "trial.made", "x")
        asked.append(1)
        ledger.recorder.append_event("ada", "trial.made", "y")
    with open_session(tmp_path) as session:
        found = verify(session)
    assert (found.count, found.fault, found.set_back) == (2, None, 1)
