"""A ledger is moved: every table arrives, its trail holds there, and the former one is closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.ledger import moving
from cellwright.ledger.audit import verify
from cellwright.ledger.copying import digest_tables
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.sql import text
from cellwright.ledger.moving import ACTION, move_ledger
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome
from contract.ledger import samples

ADA = Actor("ada", "test")


@pytest.fixture(name="former")
def former_fixture(tmp_path: Path) -> Iterator[Ledger]:
    """A SQLite ledger in which something was recorded."""
    with open_ledger(sqlite_url(tmp_path / "former.db")) as found:
        found.bindings.confirm_fleet("trial")
        found.recorder.start_run(samples.run())
        unit = samples.applied()
        found.recorder.record_applied(unit, samples.result(Outcome.APPLIED), samples.RUN, samples.APPLIED)
        found.recorder.append_event("ada", "trial.made", "x", "why ☂", {"n": 1.5})
        yield found


def without_move(ledger: Ledger) -> dict[str, object]:
    found = dict(digest_tables(ledger))
    return {name: item for name, item in found.items() if name not in ("events", "chain")}


def test_every_table_arrives_and_the_trail_goes_on(former: Ledger, url: str) -> None:
    before, end = without_move(former), former.reader.chain_end()
    moved = move_ledger(former, url, ADA, "a ledger for all")
    assert moved.events == end.sequence
    with open_ledger(url, create=False) as now:
        assert without_move(now) == before
        assert verify(now.reader.events(), end=now.reader.chain_end()) is None
        *_, last = now.reader.events()
        assert (last.action, last.previous, last.reason) == (ACTION, end.hash, "a ledger for all")
        assert now.reader.applied([samples.APP]) == former.reader.applied([samples.APP])
        run = now.reader.run(samples.RUN)
        assert run is not None
        now.recorder.append_event("ada", "trial.made", "it can be written")


def test_the_former_ledger_can_t_be_opened_or_written_any_more(former: Ledger, url: str) -> None:
    move_ledger(former, url, ADA)
    place = str(former.database.location)
    with pytest.raises(DiagnosticError, match="was moved to") as failure:
        open_ledger(sqlite_url(Path(place)))
    assert "--ledger" in failure.value.diagnostics[0].detail
    with pytest.raises(Exception, match="this ledger was moved"), former.database.write() as connection:
        connection.execute(text("DELETE FROM bindings"))
    with open_ledger(sqlite_url(Path(place)), create=False, moved_too=True) as kept:
        assert verify(kept.reader.events()) is None


def test_whoever_has_it_open_can_t_write_it_either(former: Ledger, url: str) -> None:
    with open_ledger(sqlite_url(Path(str(former.database.location)))) as other:
        move_ledger(former, url, ADA)
        with pytest.raises(DiagnosticError):
            other.recorder.append_event("ada", "trial.made", "too late")


def test_a_database_in_which_something_was_recorded_is_refused(former: Ledger, url: str) -> None:
    with open_ledger(url) as other:
        other.recorder.append_event("eve", "trial.made", "mine")
    with pytest.raises(DiagnosticError, match="there is another ledger at"):
        move_ledger(former, url, ADA)
    former.recorder.append_event("ada", "trial.made", "it is open still")


def test_a_move_that_was_killed_before_the_former_one_was_closed_is_ended(
    former: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_close", killed)
        with pytest.raises(KeyboardInterrupt):
            move_ledger(former, url, ADA)
    moved = move_ledger(former, url, ADA)
    assert moved.ended
    with open_ledger(url, create=False) as now:
        assert [item.action for item in now.reader.events()].count(ACTION) == 1


def test_a_move_that_fails_half_way_leaves_nothing_there(
    former: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DiagnosticError

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_compare", broken)
        with pytest.raises(DiagnosticError):
            move_ledger(former, url, ADA)
    former.recorder.append_event("ada", "trial.made", "it is open still")
    assert move_ledger(former, url, ADA).ended is False


def test_a_trail_that_does_not_hold_is_not_moved(former: Ledger, url: str) -> None:
    with former.database.write() as connection:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE events SET reason = 'another' WHERE sequence = 2"))
    with pytest.raises(DiagnosticError, match="event 2: the event was changed"):
        move_ledger(former, url, ADA)


def test_a_ledger_is_not_moved_onto_itself(former: Ledger) -> None:
    with pytest.raises(DiagnosticError, match="already"):
        move_ledger(former, sqlite_url(Path(str(former.database.location))), ADA)
