"""Free space goes back to the disk where that is worth it."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete

from cellwright.ledger.audit import verify
from cellwright.ledger.database.compaction import compact, database_size
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.table_groups.run_tables import RUNS
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.samples import RUN, run


def grow(ledger: Ledger) -> None:
    ledger.recorder.start_run(
        run(RUN, *(UnitAddress("client", f"c{number}", "app") for number in range(6_000)))
    )


def shrink(ledger: Ledger) -> None:
    with ledger.database.write_expressions() as connection:
        connection.execute(delete(RUNS))


def test_a_ledger_that_is_full_is_left_as_it_is(ledger: Ledger) -> None:
    grow(ledger)
    size = database_size(ledger.database)
    assert compact(ledger.database) is (ledger.database.engine.dialect.name == "postgresql")
    assert database_size(ledger.database) == size or ledger.database.engine.dialect.name == "postgresql"


def test_free_space_is_given_back_and_nothing_is_lost(ledger: Ledger) -> None:
    grow(ledger)
    before = database_size(ledger.database)
    shrink(ledger)
    assert compact(ledger.database)
    assert database_size(ledger.database) < before / 2 or ledger.database.engine.dialect.name == "postgresql"
    assert [event.action for event in ledger.reader.events()] == ["run.started"]
    assert verify(ledger.reader.events(), end=ledger.reader.chain_end()) is None
    grow(ledger)


def test_a_ledger_that_somebody_uses_is_not_written_anew(url: str) -> None:
    with open_ledger(url, lock_timeout=0.1) as ledger:
        location = ledger.database.location
        if not isinstance(location, SqliteLocation):
            pytest.skip("PostgreSQL's vacuum waits for nobody")
        grow(ledger)
        shrink(ledger)
        with closing(sqlite3.connect(location.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DiagnosticError, match="locked by another process"):
                compact(ledger.database)
