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
    former_subjects,
    with_former_names,
)
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import CELL_NAMED, CLIENT_OFFBOARDED, CLIENT_ONBOARDED
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


@pytest.fixture(name="renamed")
def _renamed(ledger: Ledger) -> Ledger:
    """Acme became beta, then globex; another acme came, and was applied."""
    told(ledger, CLIENT_ONBOARDED, ACME)
    run(ledger, FIRST, "2026-11-22T21:48:12.000000+00:00", ACME)
    told(ledger, CELL_NAMED, BETA, **{"from": str(ACME)})
    told(ledger, CELL_NAMED, GLOBEX, **{"from": str(BETA)})
    told(ledger, CLIENT_ONBOARDED, ACME)
    run(ledger, LATER, "2999-11-22T21:48:12.000000+00:00", ACME)
    return ledger


def test_names_are_followed_back(renamed: Ledger) -> None:
    assert [item.cell for item in former_names(renamed.database, GLOBEX)] == [BETA, ACME]
    assert former_names(renamed.database, ACME) == ()
    told(renamed, CLIENT_OFFBOARDED, GLOBEX)
    assert [item.cell for item in former_of(renamed.database, "client/globex/app")] == [BETA, ACME]
    told(renamed, CLIENT_ONBOARDED, GLOBEX)
    assert former_names(renamed.database, GLOBEX) == (), "another client has the name by now"


def test_runs_of_before_are_listed_and_not_those_of_who_has_the_name_now(renamed: Ledger) -> None:
    for subject in ("client/globex", "client/globex/app"):
        former = former_subjects(subject, former_of(renamed.database, subject))
        only = RunFilter(cell=subject, former=former)
        assert [item.id for item in RunQuery(renamed.database).page(only, 9)] == [FIRST], subject
        assert AtWork(renamed.database).runs_of(subject, 9, None, former) == (FIRST,)


def test_events_of_before_are_found(renamed: Ledger) -> None:
    only = with_former_names(renamed.database, EventFilter(subjects=(subject_pattern("client/globex"),)))
    found = [(event.action, event.subject) for event in renamed.reader.events(only=only)]
    assert found == [
        (CLIENT_ONBOARDED, "client/acme"),
        (CELL_NAMED, "client/beta"),
        (CELL_NAMED, "client/globex"),
    ]
    every = EventFilter(subjects=(subject_pattern("client/*"), subject_pattern(FIRST)))
    assert with_former_names(renamed.database, every) == every
