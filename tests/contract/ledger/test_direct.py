"""Read straight from the file, a ledger says what it says the long way; whatever is odd is left to that."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cellwright.ledger.read.direct import Standings, read_standings

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.run import Outcome
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, RUN, applied, result, run


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture(name="written")
def _written(file: Path) -> Iterator[Ledger]:
    with open_ledger(sqlite_url(file)) as ledger:
        ledger.bindings.confirm_fleet("test")
        with ledger.database.write() as connection:
            connection.exec_driver_sql("INSERT INTO bindings (name, value) VALUES ('key_check', 'k')")
        ledger.recorder.start_run(run())
        for address in (APP, NETWORK):
            ledger.recorder.record_applied(applied(address), result(Outcome.APPLIED, address), RUN, APPLIED)
        yield ledger


def standings(file: Path) -> Standings:
    found = read_standings(sqlite_url(file))
    assert found is not None
    return found


def test_it_says_what_the_long_way_says(file: Path, written: Ledger) -> None:
    found = standings(file)
    reader = written.reader

    assert (found.fleet, found.key_check) == ("test", "k")
    assert dict(found.heads) == reader.heads()
    assert dict(found.outputs) == reader.outputs(None)
    assert found.details.sources() == reader.sources()
    assert found.details.applied([APP, DATABASE, NETWORK]) == reader.applied(None)
    assert found.details.applied([]) == {}
    found.details.close()


def test_more_units_than_one_statement_may_name(
    file: Path, written: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cellwright.ledger.read.direct._AT_ONCE", 1)
    details = standings(file).details

    assert details.applied([APP, NETWORK]) == written.reader.applied(None)
    details.close()


@pytest.mark.usefixtures("written")
def test_a_copy_of_the_process_reads_over_a_connection_of_its_own(file: Path) -> None:
    details = standings(file).details
    assert details.applied([APP])
    child = os.fork()
    if not child:
        details.forked()
        os._exit(0 if (details.applied([APP]) or {}).keys() == {APP} else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert details.applied([APP])
    details.close()


@pytest.mark.usefixtures("written")
def test_what_fails_later_is_left_to_the_long_way(file: Path) -> None:
    details = standings(file).details
    file.unlink()

    assert details.applied([APP]) is None
    assert details.sources() is None


@pytest.mark.parametrize("url", ["postgresql://db/ledger", "sqlite:///relative.db", "sqlite:////odd?name.db"])
def test_what_is_no_plain_file_is_left_to_the_long_way(url: str) -> None:
    assert read_standings(url) is None


def test_what_is_no_ledger_is_left_to_the_long_way(file: Path) -> None:
    assert read_standings(sqlite_url(file)) is None
    file.write_text("no database")
    assert read_standings(sqlite_url(file)) is None
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    assert read_standings(sqlite_url(file)) is None


def test_one_that_is_not_yet_bound_is_left_to_the_long_way(file: Path) -> None:
    with open_ledger(sqlite_url(file)):
        pass
    assert read_standings(sqlite_url(file)) is None
