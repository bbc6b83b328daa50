"""What was recorded of a renamed cell is found under its new name, and nothing of who has the old one now."""

from dataclasses import replace

import pytest

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.read.event_filter import EventFilter, subject_pattern
from cellwright.ledger.read.former_names import (
    former_names,
    former_of,
    of_this_cell,
    periods_of,
    with_former_names,
)
from cellwright.ledger.read.names import GIVEN_UP, Names
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.write.run_writes import put_run
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import (
    CELL_NAMED,
    CELL_RENAMED,
    CLIENT_OFFBOARDED,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING_UNDONE,
)
from cellwright.model.runs.run import Operation, RunUnit
from unit.app.kit import make_run

ACME, BETA, GLOBEX = (CellAddress("client", name) for name in ("acme", "beta", "globex"))
FIRST, LATER = "20261122-214812-0001", "29991122-214812-0002"


def told(ledger: Ledger, action: str, cell: CellAddress, **detail: str) -> None:
    with ledger.database.write() as connection:
        append(connection, ledger.database, EventDraft("ada", action, str(cell), "", detail))


def run(ledger: Ledger, name: str, started: str, cell: CellAddress) -> None:
    parts = (RunUnit(UnitAddress(cell.level, cell.cell, "app"), Operation.APPLY),)
    ledger.recorder.start_run(replace(make_run(name), units=parts, started=started))


def renames(ledger: Ledger, old: CellAddress, new: CellAddress) -> None:
    told(ledger, CELL_RENAMED, old, to=str(new))
    told(ledger, CELL_NAMED, new, **{"from": str(old)})


@pytest.fixture(name="renamed")
def _renamed(ledger: Ledger) -> Ledger:
    """Acme became beta, then globex; another acme came, and was applied."""
    told(ledger, CLIENT_ONBOARDED, ACME)
    run(ledger, FIRST, "2026-11-22T21:48:12.000000+00:00", ACME)
    renames(ledger, ACME, BETA)
    renames(ledger, BETA, GLOBEX)
    told(ledger, CLIENT_ONBOARDED, ACME)
    run(ledger, LATER, "2999-11-22T21:48:12.000000+00:00", ACME)
    return ledger


def test_names_are_followed_back(renamed: Ledger) -> None:
    assert [item.cell for item in former_names(Names(renamed.database), GLOBEX)] == [BETA, ACME]
    assert former_names(Names(renamed.database), ACME) == ()
    told(renamed, CLIENT_OFFBOARDED, GLOBEX)
    assert [item.cell for item in former_of(Names(renamed.database), "client/globex/app")] == [BETA, ACME]
    told(renamed, CLIENT_ONBOARDED, GLOBEX)
    assert former_names(Names(renamed.database), GLOBEX) == (), "another client has the name by now"


def test_runs_of_before_are_listed_and_not_those_of_who_has_the_name_now(renamed: Ledger) -> None:
    for subject in ("client/globex", "client/globex/app"):
        periods = periods_of(renamed.database, subject)
        only = RunFilter(cell=subject, periods=periods)
        assert [item.id for item in RunQuery(renamed.database).page(only, 9)] == [FIRST], subject
        assert AtWork(renamed.database).runs_of(subject, 9, None, periods) == (FIRST,)


def test_events_of_before_are_found(renamed: Ledger) -> None:
    only = with_former_names(renamed.database, EventFilter(subjects=(subject_pattern("client/globex"),)))
    found = [(event.action, event.subject) for event in renamed.reader.events(only=only)]
    assert found == [
        (CLIENT_ONBOARDED, "client/acme"),
        (CELL_RENAMED, "client/acme"),
        (CELL_NAMED, "client/beta"),
        (CELL_RENAMED, "client/beta"),
        (CELL_NAMED, "client/globex"),
    ]
    every = EventFilter(subjects=(subject_pattern("client/*"), subject_pattern(FIRST)))
    assert with_former_names(renamed.database, every) == every


def test_a_record_is_of_who_had_the_name_then(renamed: Ledger) -> None:
    names = Names(renamed.database)
    first, later = (renamed.reader.summary(name) for name in (FIRST, LATER))
    assert first is not None
    assert later is not None
    assert names.holder(ACME, first.at) == GLOBEX
    assert names.holder(ACME, later.at) == ACME
    assert names.holder(ACME, first.started) == GLOBEX, "as the time tells it, where no event does"
    assert names.holder(BETA, later.at) == BETA
    told(renamed, "unit.renamed", ACME)
    of_acme = [names.holder_in(event) for event in renamed.reader.events(subject="client/acme")]
    assert of_acme == [GLOBEX, GLOBEX, ACME, ACME]


def test_what_is_told_after_a_rename_of_its_units_is_of_who_was_renamed(ledger: Ledger) -> None:
    renames(ledger, ACME, BETA)
    told(ledger, "unit.renamed", ACME)
    told(ledger, CLIENT_ONBOARDED, ACME)
    names = Names(ledger.database)
    *_, moved, came = ledger.reader.events(subject="client/acme")
    assert (names.holder_in(moved), names.holder_in(came)) == (BETA, ACME)


def test_a_client_that_left_has_its_name_until_it_is_anothers(ledger: Ledger) -> None:
    run(ledger, FIRST, "2026-11-22T21:48:12.000000+00:00", ACME)
    told(ledger, CLIENT_OFFBOARDED, ACME)
    told(ledger, "certificate.issued", ACME)
    started = ledger.reader.summary(FIRST)
    assert started is not None
    assert Names(ledger.database).holder(ACME, started.at) == ACME
    assert Names(ledger.database, lambda _cell: True).holder(ACME, started.at) is None, "added by hand"
    told(ledger, CLIENT_ONBOARDED, ACME)
    told(ledger, CLIENT_ONBOARDING_UNDONE, ACME)
    assert Names(ledger.database).holder(ACME, started.at) == ACME, "nobody came"
    told(ledger, CLIENT_OFFBOARDED, ACME)
    assert Names(ledger.database).holder(ACME, started.at) == ACME, "recorded once more"
    told(ledger, CLIENT_ONBOARDED, ACME)
    names = Names(ledger.database)
    assert names.holder(ACME, started.at) is None
    found = [(event.action, names.holder_in(event)) for event in ledger.reader.events(subject="client/acme")]
    assert [cell for action, cell in found if action == "certificate.issued"] == [None]
    assert found[-1] == (CLIENT_ONBOARDED, ACME)
    assert names.left_before(ACME)


def test_a_name_lists_who_has_it_and_who_left_with_it(renamed: Ledger) -> None:
    assert [item.name for item in periods_of(renamed.database, "client/acme")] == ["client/acme"]
    only = RunFilter(cell="client/acme", periods=periods_of(renamed.database, "client/acme"))
    assert [item.id for item in RunQuery(renamed.database).page(only, 9)] == [LATER]
    assert [item.id for item in RunQuery(renamed.database).page(replace(only, periods=()), 9)] == [
        LATER,
        FIRST,
    ]
    told(renamed, CLIENT_OFFBOARDED, ACME)
    told(renamed, CLIENT_ONBOARDED, ACME)
    assert len(periods_of(renamed.database, "client/acme")) == 2, "who left is found by its name"
    assert len(periods_of(renamed.database, "client/acme", present=True)) == 1
    assert periods_of(renamed.database, FIRST) == ()


def test_a_cells_own_events_are_those_of_nobody_before(renamed: Ledger) -> None:
    told(renamed, "unit.applied", CellAddress("client", "acme"))
    own = list(renamed.reader.events(only=of_this_cell(renamed.database, "client/acme")))
    assert [event.action for event in own] == [CLIENT_ONBOARDED, "unit.applied"]
    found = list(renamed.reader.events(only=of_this_cell(renamed.database, "client/globex")))
    assert [event.subject for event in found][:2] == ["client/acme", "client/acme"]
    assert of_this_cell(renamed.database, "client/other").former == ()


def test_given_up_names_are_read_by_their_index(ledger: Ledger) -> None:
    if ledger.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by the number of rows")
    renames(ledger, ACME, BETA)
    with ledger.database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {GIVEN_UP.text}").all()
    assert "ix_events_given_up" in str(plan)


def test_a_run_of_before_there_was_an_event_of_its_start_is_of_the_first_who_had_the_name(
    ledger: Ledger,
) -> None:
    parts = (RunUnit(UnitAddress("client", "acme", "app"), Operation.APPLY),)
    with ledger.database.write() as connection:
        put_run(connection, replace(make_run(FIRST), units=parts))
    told(ledger, CLIENT_ONBOARDED, ACME)
    renames(ledger, ACME, GLOBEX)
    told(ledger, CLIENT_ONBOARDED, ACME)
    for cell, found in ((GLOBEX, (FIRST,)), (ACME, ())):
        periods = periods_of(ledger.database, str(cell), present=True)
        assert AtWork(ledger.database).runs_of(str(cell), 9, None, periods) == found
        listed = RunQuery(ledger.database).page(RunFilter(cell=str(cell), periods=periods), 9)
        assert tuple(item.id for item in listed) == found
