"""What the ledger records of units is read alike with and without SQLAlchemy; which way is chosen inside."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.lease_values import Holder
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.quick_opening import open_for_units, shown
from cellwright.ledger.read import sqlite_rows
from cellwright.ledger.read.sqlite_rows import NotReadable, SqliteRows, sqlite_path
from cellwright.ledger.read.unit_reader import Query
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, RUN, applied, result, run

_READ = """
import sys
from cellwright.ledger.quick_opening import open_for_units
with open_for_units(sys.argv[1]) as reader:
    units = list(reader.heads())
    found = reader.applied(units), reader.lease_holders(), reader.plan_failures(units, 1)
    print(*map(len, found), "sqlalchemy" in sys.modules)
"""


@pytest.fixture(name="written")
def _written(url: str) -> Iterator[Ledger]:
    with open_ledger(url) as ledger:
        ledger.bindings.confirm_fleet("test")
        ledger.recorder.start_run(run())
        for address in (APP, NETWORK):
            ledger.recorder.record_applied(applied(address), result(Outcome.APPLIED, address), RUN, APPLIED)
        yield ledger


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture(name="filled")
def _filled(file: Path) -> str:
    with open_ledger(sqlite_url(file)) as ledger:
        ledger.recorder.start_run(run())
        ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
        ledger.leases.acquire(APP, Holder("elsewhere", 1, "1", RUN), 60)
    return sqlite_url(file)


@pytest.mark.parametrize("within", [None, ("client/acme/",), ()])
def test_both_ways_read_the_same(url: str, written: Ledger, within: tuple[str, ...] | None) -> None:
    with open_for_units(url) as quick:
        assert quick.bindings() == written.reader.bindings() == {"fleet": "test"}
        assert quick.heads(within) == written.reader.heads(within)
        assert quick.all_outputs(within) == written.reader.all_outputs(within)
        assert quick.heads_and_outputs(within) == (quick.heads(within), quick.all_outputs(within))
        assert quick.sources(within) == written.reader.sources(within)
        for addresses in ([APP, DATABASE, NETWORK], [APP], [], None):
            assert quick.applied(addresses) == written.reader.applied(addresses)
            assert quick.outputs(addresses) == written.reader.outputs(addresses)
        assert quick.lease_holders() == written.reader.lease_holders()


def test_a_ledger_that_does_not_exist_is_read_as_an_empty_one(url: str) -> None:
    with open_for_units(url) as quick:
        assert quick.bindings() == {}
        assert quick.heads() == {}
        assert quick.applied(None) == {}


def test_sqlalchemy_is_not_imported_for_a_sqlite_file(filled: str) -> None:
    done = subprocess.run([sys.executable, "-c", _READ, filled], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1", "0", "False"]


def test_a_file_that_fails_between_two_reads_is_left_to_the_ledger(file: Path, filled: str) -> None:
    with open_for_units(filled) as quick:
        assert list(quick.heads()) == [APP]
        file.write_text("no database, and longer than the header of one")
        with pytest.raises(DiagnosticError, match="is not a SQLite file"):
            quick.applied([APP])


def test_another_programs_database_is_refused(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    with open_for_units(sqlite_url(file)) as quick, pytest.raises(DiagnosticError, match="is no ledger"):
        quick.heads()


def test_a_current_file_is_read_directly(filled: str) -> None:
    path = sqlite_path(filled)
    assert path is not None
    rows = SqliteRows(path)
    assert rows.fetch(Query("SELECT unit FROM heads")) == [[(str(APP),)]]
    rows.close()


def test_a_file_of_another_version_is_not(file: Path, filled: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE cellwright_version SET version_num = '0000'")
    connection.close()
    path = sqlite_path(filled)
    assert path is not None
    with pytest.raises(NotReadable):
        SqliteRows(path).fetch(Query("SELECT unit FROM heads"))


@pytest.mark.parametrize("url", ["postgresql://db/ledger", "sqlite:///relative.db", "sqlite:////odd?name.db"])
def test_no_other_url_is_read_directly(url: str) -> None:
    assert sqlite_rows.sqlite_path(url) is None


def test_no_password_is_shown() -> None:
    assert shown("postgresql://ada:secret@db/ledger") == "postgresql://ada@db/ledger"


def test_sqlalchemy_is_not_imported_where_there_is_no_file(file: Path) -> None:
    url = sqlite_url(file)
    done = subprocess.run([sys.executable, "-c", _READ, url], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0", "0", "False"]
    assert not file.exists()


def test_a_file_that_comes_while_it_is_read_is_seen(file: Path) -> None:
    with open_for_units(sqlite_url(file)) as quick:
        assert quick.heads() == {}
        with open_ledger(sqlite_url(file)) as ledger:
            ledger.recorder.start_run(run())
            ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
        assert list(quick.heads()) == [APP]


def test_a_file_that_can_not_be_looked_at_is_left_to_the_ledger(file: Path) -> None:
    file.write_text("no folder")
    url = sqlite_url(file / "ledger.db")
    with open_for_units(url) as quick, pytest.raises(DiagnosticError, match="can't be opened"):
        quick.heads()
