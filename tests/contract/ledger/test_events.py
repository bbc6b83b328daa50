"""The audit trail: in order, linked, and every tampering found."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from cellwright.ledger.audit import START, ChainFault, verify
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.sql import text
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.read import reader as reader_module
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import GENESIS, event_hash
from cellwright.model.value import Json
from contract.ledger.conftest import SetClock
from contract.ledger.samples import RUN, run


def fill(ledger: Ledger, count: int = 5) -> None:
    for number in range(1, count + 1):
        ledger.recorder.append_event(
            "ada", "unit.applied", f"client/acme/u{number}", f"because {number}", {"n": number, "s": ["x"]}
        )


def first_fault(ledger: Ledger) -> ChainFault | None:
    return verify(ledger.reader.events(), end=ledger.reader.chain_end())


def tamper(ledger: Ledger, *statements: str) -> None:
    """Do as one does who owns the database, and so can take its guards away."""
    if ledger.database.engine.dialect.name == "sqlite":
        guards = [f"DROP TRIGGER IF EXISTS events_{verb}" for verb in ("UPDATE", "DELETE", "INSERT")]
    else:
        guards = ["DROP TRIGGER IF EXISTS events_guard ON events"]
    with ledger.database.write() as connection:
        for statement in (*guards, *statements):
            connection.execute(text(statement))


def test_events_are_linked_from_the_first(ledger: Ledger) -> None:
    assert list(ledger.reader.events()) == []
    assert ledger.reader.chain_end() == START
    fill(ledger, 3)

    events = list(ledger.reader.events())
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.previous for event in events] == [GENESIS, events[0].hash, events[1].hash]
    assert all(event.hash == event_hash(event) for event in events)
    assert first_fault(ledger) is None


def test_an_appended_event_is_the_one_that_is_read_back(ledger: Ledger, clock: SetClock) -> None:
    appended = ledger.recorder.append_event("ada", "fleet.edited", "x", "y", {"t": (1, {"k": None})})
    assert list(ledger.reader.events()) == [appended]
    assert appended.detail == {"t": [1, {"k": None}]}
    assert appended.time == clock.moment.isoformat(timespec="microseconds")


def test_what_vouches_for_an_actor_is_under_the_hash_and_older_events_verify_beside_it(
    ledger: Ledger,
) -> None:
    user = Voucher(VoucherKind.SYSTEM_USER, "ada@laptop", checked=True, facts=(("uid", "1000"),))
    ledger.recorder.append_event("ada", "x.y", "z", "", {"of": "an older version"})
    ledger.recorder.append_event(Actor("grace", "environment", (user,)), "x.y", "z", "", {"n": 1})
    older, newer = ledger.reader.events()
    assert older.detail == {"of": "an older version"}
    assert newer.actor == "grace"
    assert newer.detail == {
        "n": 1,
        "identity": {
            "named_by": "environment",
            "vouched_by": [
                {"kind": "system-user", "name": "ada@laptop", "proof": "checked", "facts": {"uid": "1000"}}
            ],
        },
    }
    assert first_fault(ledger) is None
    tamper(ledger, "UPDATE events SET detail = replace(detail, 'ada@laptop', 'eve@laptop')")
    assert first_fault(ledger) == ChainFault(2, "the event was changed after it was recorded")


@pytest.mark.parametrize("text_", ["nul \0 inside", "lone \ud800 surrogate", "line\nbreak", "🙂'\"\\", ""])
def test_hostile_text_is_recorded_and_verifies(ledger: Ledger, text_: str) -> None:
    ledger.recorder.append_event(text_, "x.y", text_, text_, {text_: [text_, 1e300, -0.0, 2**70]})
    (event,) = ledger.reader.events()
    assert "\0" not in event.reason
    # A double is read back as the decimal that is its shortest text.
    assert event.detail[next(iter(event.detail))] == [event.reason, 10**300, 0, 2**70]
    assert first_fault(ledger) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time", "'2020-01-01T00:00:00.000000+00:00'"),
        ("actor", "'eve'"),
        ("action", "'unit.destroyed'"),
        ("subject", "'client/acme/other'"),
        ("reason", "''"),
        ("detail", """'{"n":4,"s":["x"]}'"""),
        ("detail", "'not json'"),
        ("detail", "'[1]'"),
        ("detail", r"""'{"n":"\ud800"}'"""),
        ("detail", "'" + "[" * 100_000 + "'"),
        ("previous", "'" + "f" * 64 + "'"),
        ("hash", "'" + "f" * 64 + "'"),
    ],
)
@pytest.mark.parametrize("sequence", [1, 3, 5])
def test_a_changed_column_is_found(ledger: Ledger, column: str, value: str, sequence: int) -> None:
    fill(ledger)
    statement = f"UPDATE events SET {column} = {value} WHERE sequence = {sequence}"  # noqa: S608 - literals
    tamper(ledger, statement.replace(":", r"\:"))
    fault = first_fault(ledger)
    assert fault is not None
    assert fault.sequence == sequence


@pytest.mark.parametrize(
    ("statements", "sequence"),
    [
        (["UPDATE events SET sequence = 99 WHERE sequence = 3"], 3),
        (["UPDATE events SET sequence = 0 WHERE sequence = 1"], 1),
        (["DELETE FROM events WHERE sequence = 1"], 1),
        (["DELETE FROM events WHERE sequence = 3"], 3),
        (["DELETE FROM events WHERE sequence > 3"], 4),
        (["DELETE FROM events"], 1),
        (
            [
                "UPDATE events SET sequence = 99 WHERE sequence = 2",
                "UPDATE events SET sequence = 2 WHERE sequence = 3",
                "UPDATE events SET sequence = 3 WHERE sequence = 99",
            ],
            2,
        ),
    ],
)
def test_a_missing_or_moved_event_is_found(ledger: Ledger, statements: Sequence[str], sequence: int) -> None:
    fill(ledger)
    tamper(ledger, *statements)
    fault = first_fault(ledger)
    assert fault is not None
    assert fault.sequence == sequence


def test_an_event_slipped_in_with_a_right_hash_breaks_the_link(ledger: Ledger) -> None:
    fill(ledger)
    ledger.recorder.append_event("eve", "x.y", "z", "")
    tamper(
        ledger,
        "DELETE FROM events WHERE sequence = 3",
        "UPDATE events SET sequence = 3 WHERE sequence = 6",
    )
    assert first_fault(ledger) == ChainFault(3, "the event does not follow the one before it")


def test_the_newest_event_replaced_by_one_that_fits_is_found(ledger: Ledger) -> None:
    fill(ledger)
    end = ledger.reader.chain_end()
    tamper(
        ledger,
        "DELETE FROM events WHERE sequence = 5",
        "UPDATE chain SET sequence = 4, hash = (SELECT hash FROM events WHERE sequence = 4)",
    )
    ledger.recorder.append_event("eve", "x.y", "z", "")
    assert verify(ledger.reader.events()) is None
    fault = verify(ledger.reader.events(), end=end)
    assert fault == ChainFault(5, "the event is not the one that was recorded as the newest")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET reason = 'x' WHERE sequence = 2",
        "UPDATE events SET sequence = 9 WHERE sequence = 2",
        "DELETE FROM events WHERE sequence = 2",
    ],
)
def test_the_database_itself_refuses_to_change_an_event(ledger: Ledger, statement: str) -> None:
    fill(ledger)
    with (
        pytest.raises((sqlite3.Error, DBAPIError), match="events are never changed"),
        ledger.database.write() as connection,
    ):
        connection.execute(text(statement))
    assert first_fault(ledger) is None
    assert ledger.reader.chain_end().sequence == 5


_ROW = "INTO events (sequence, time, actor, action, subject, reason, detail, previous, hash)"
_REST = "'', 'eve', 'x.y', 'z', '', '{}', '', '')"


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE ROW VALUES (2, REST",
        "REPLACE ROW VALUES (2, REST",
        "REPLACE ROW VALUES ('2', REST",
        "REPLACE ROW VALUES (2.0, REST",
        "REPLACE ROWID VALUES (2, REST",
        "INSERT ROW VALUES (2, REST ON CONFLICT DO UPDATE SET actor = 'eve'",
        "UPDATE OR REPLACE events SET sequence = 2 WHERE sequence = 3",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 2",
        "DELETE FROM events",
    ],
)
def test_sqlite_replaces_no_event_in_any_connection(tmp_path: Path, statement: str, recursive: str) -> None:
    path = tmp_path / "ledger.db"
    filled = statement.replace("ROWID", _ROW.replace("sequence", "rowid")).replace("ROW", _ROW)
    filled = filled.replace("REST", _REST)
    with open_ledger(sqlite_url(path)) as ledger:
        fill(ledger)
        before = list(ledger.reader.events())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError, match="events are never changed"):
            connection.execute(filled)
        connection.commit()
    with open_ledger(sqlite_url(path)) as ledger:
        assert list(ledger.reader.events()) == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE chain SET sequence = 2", "not where it was left.* is event 2"),
        ("UPDATE chain SET sequence = 99", "not where it was left.* is event 99"),
        ("UPDATE chain SET hash = '" + "f" * 64 + "'", "not where it was left.* is event 5"),
        ("UPDATE chain SET sequence = 0", "not where it was left.* is event 0"),
        ("UPDATE chain SET hash = 'zz'", r"garbled \(number 5, hash 'zz'\); the last event is 5"),
        ("DELETE FROM chain", "is gone; the last event is 5"),
    ],
)
def test_a_tampered_end_stops_further_writing(ledger: Ledger, statement: str, told: str) -> None:
    fill(ledger)
    tamper(ledger, statement)
    with pytest.raises(DiagnosticError, match=f"{told}.*events verify.*events accept --reason"):
        ledger.recorder.start_run(run())
    assert ledger.reader.run(RUN) is None
    fault = ledger.reader.end_fault()
    assert fault is not None
    assert "restore the ledger from a backup" in fault.detail


def test_an_end_that_is_mended_goes_on(ledger: Ledger) -> None:
    fill(ledger)
    assert ledger.reader.end_fault() is None
    tamper(ledger, "DELETE FROM chain")
    event = ledger.recorder.repair_end("ada", "a disk error")
    assert (event.sequence, event.detail) == (6, {"trail_end": 5})
    assert ledger.reader.end_fault() is None
    assert first_fault(ledger) is None


def test_events_are_read_page_by_page(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_PAGE", 2)
    fill(ledger, 7)
    assert [event.sequence for event in ledger.reader.events()] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.sequence for event in ledger.reader.events(after=2, limit=3)] == [3, 4, 5]
    assert [event.sequence for event in ledger.reader.events(limit=4)] == [1, 2, 3, 4]
    assert list(ledger.reader.events(limit=0)) == []
    assert list(ledger.reader.events(after=7)) == []
    assert [event.sequence for event in ledger.reader.latest_events(3)] == [5, 6, 7]


def test_reading_events_holds_up_no_writer(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_PAGE", 2)
    fill(ledger, 3)
    taken = ledger.reader.events()
    assert next(taken).sequence == 1
    fill(ledger, 2)
    assert [event.sequence for event in taken] == [2, 3, 4, 5]


def test_a_subject_has_what_lies_below_it(ledger: Ledger) -> None:
    subjects = ["client/acme", "client/acme/app", "client/acme0", "client/acme-2/app", "client", "a"]
    for subject in subjects:
        ledger.recorder.append_event("ada", "x.y", subject, "")

    def of(subject: str) -> list[str]:
        return [event.subject for event in ledger.reader.events(subject=subject)]

    assert of("client/acme") == ["client/acme", "client/acme/app"]
    assert of("client/acme/app") == ["client/acme/app"]
    assert of("client") == subjects[:5]
    assert of("b") == []
    latest = ledger.reader.latest_events(2, subject="client/acme")
    assert [event.sequence for event in latest] == [1, 2]


def test_the_verbs_of_the_recorder_keep_the_chain(ledger: Ledger) -> None:
    detail: dict[str, Json] = {"a": 1}
    ledger.recorder.start_run(run())
    ledger.recorder.append_event("ada", "x.y", "z", "", detail)
    assert first_fault(ledger) is None
