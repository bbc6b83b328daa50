"""Transactions that fail, are interrupted, or outlive their database: all of one is written, or nothing."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from cellwright.ledger.database import sqlite_file
from cellwright.ledger.database.database import Database, connect
from cellwright.ledger.database.driver import connection as driver_connection
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.sql import Connection, TextClause, integrity_errors, text
from cellwright.ledger.database.sqlite_file import make_file
from cellwright.model.diagnostic import DiagnosticError

_ADD = text("INSERT INTO things (name) VALUES (:name)")
_ALL = text("SELECT name FROM things ORDER BY rowid")
_MANY = text("INSERT INTO things (name) VALUES (:name) RETURNING rowid")


@pytest.fixture(name="database")
def database_fixture(tmp_path: Path) -> Iterator[Database]:
    location = SqliteLocation(tmp_path / "things.db")
    make_file(location, 10)
    made = connect(location, None, 5)
    with made.write() as connection:
        connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY)"))
    yield made
    made.close()


def add(connection: Connection, *given: str) -> None:
    for name in given:
        connection.execute(_ADD, {"name": name})


def add_in_parts(connection: Connection, *parts: Sequence[str]) -> None:
    for part in parts:
        with connection.begin_nested():
            add(connection, *part)


def execute(connection: Connection, *statements: TextClause) -> None:
    for statement in statements:
        connection.execute(statement, {"name": "a"})


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(_ALL).scalars())


def path_of(database: Database) -> Path:
    assert isinstance(database.location, SqliteLocation)
    return database.location.path


def open_files(database: Database) -> int:
    """How many file descriptors of this process are the database's file."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found += descriptor.readlink() == path_of(database)
    return found


def test_parts_within_parts_are_undone_alone(database: Database) -> None:
    with database.write() as connection:
        with connection.begin_nested():
            add(connection, "a")
            with pytest.raises(integrity_errors()), connection.begin_nested():
                add(connection, "b", "a")
            add(connection, "c")
        with pytest.raises(integrity_errors()), connection.begin_nested():
            add_in_parts(connection, ["d"], ["a"])
    assert names(database) == ["a", "c"]


def test_what_is_written_by_a_transaction_to_read_is_undone(database: Database) -> None:
    with database.read() as connection:
        add(connection, "a")
    assert names(database) == []


def test_a_disk_that_fills_up_in_a_part_is_told_and_undoes_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setattr(sqlite_file, "PRAGMAS", (*sqlite_file.PRAGMAS, "PRAGMA max_page_count=12"))
    full = pytest.raises(DiagnosticError, match="there is no space left")
    with full, database.write() as connection, connection.begin_nested():
        add(connection, "a", "b" * 100_000)
    assert names(database) == []


def test_nothing_is_written_outside_of_a_transaction_that_sqlite_has_undone(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON things WHEN new.name = 'x'"
            " BEGIN SELECT RAISE(ROLLBACK, 'refused'); END"
        )
    over = pytest.raises(RuntimeError, match="the transaction is over")
    with over, database.write() as connection, suppress(*integrity_errors()):
        with suppress(*integrity_errors()):
            add(connection, "a", "x")
        add(connection, "b")
    assert names(database) == []


def test_a_connection_executes_nothing_after_its_transaction(database: Database) -> None:
    with database.write() as connection:
        add(connection, "a")
    with pytest.raises(RuntimeError, match="the transaction is over"):
        add(connection, "b")
    assert names(database) == ["a"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, GeneratorExit, DiagnosticError])
def test_whatever_ends_a_transaction_early_undoes_it(
    database: Database, failure: type[BaseException]
) -> None:
    with pytest.raises(failure), database.write() as connection:  # noqa: PT012  the transaction is the case
        add(connection, "a")
        raise failure
    with database.write() as connection:
        add(connection, "b")
    assert names(database) == ["b"]


class Interrupted:
    """A driver's connection that is interrupted before, or after, the statement of a number."""

    def __init__(self, driver: sqlite3.Connection, at: list[int], *, after: bool) -> None:
        self.driver, self.at, self.after = driver, at, after

    def execute(self, *arguments: Any) -> sqlite3.Cursor:  # noqa: ANN401  as the driver takes it
        self.at[0] -= 1
        if self.at[0] == 0 and not self.after:
            raise KeyboardInterrupt
        found = self.driver.execute(*arguments)
        if self.at[0] == 0:
            raise KeyboardInterrupt
        return found

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  the driver's
        return getattr(self.driver, name)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 8))
def test_an_interrupt_at_any_statement_leaves_all_or_nothing(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    after: bool,  # noqa: FBT001  a case
) -> None:
    at = [number]
    assert database.file is not None
    whole = database.file.open
    database.close()
    monkeypatch.setattr(type(database.file), "open", lambda _file: Interrupted(whole(), at, after=after))
    with suppress(KeyboardInterrupt), database.write() as connection:
        add(connection, "a")
        with connection.begin_nested():
            add(connection, "b")
        add(connection, "c")
    monkeypatch.undo()
    database.close()
    # BEGIN, a, SAVEPOINT, b, RELEASE, c, COMMIT
    assert names(database) == (["a", "b", "c"] if number == 7 and after else [])
    with closing(sqlite3.connect(path_of(database), timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")  # nobody holds the lock


def test_a_commit_that_fails_leaves_nothing(database: Database) -> None:
    with database.write() as connection:
        connection.execute(
            text("CREATE TABLE parts (thing TEXT REFERENCES things DEFERRABLE INITIALLY DEFERRED)")
        )
    orphan = text("INSERT INTO parts SELECT 'missing' FROM things")
    with pytest.raises(integrity_errors()), database.write() as connection:
        execute(connection, _ADD, orphan)
    assert names(database) == []


def test_a_row_that_cannot_be_read_leaves_the_connection_usable(database: Database) -> None:
    no_text = text("SELECT CAST(x'fffe' AS TEXT) UNION ALL SELECT 'b'")
    with pytest.raises(DiagnosticError, match="is damaged"), database.write() as connection:
        execute(connection, _ADD, no_text)
    with database.write() as connection:
        add(connection, "c")
    assert names(database) == ["c"]


def replaced(path: Path) -> None:
    shutil.copy(path, path.with_name("other.db"))
    path.with_name("other.db").replace(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (replaced, "was replaced by another file while it was in use"),
        (Path.unlink, "can't be opened: No such file or directory"),
        (lambda path: path.rename(path.with_name("away.db")), "can't be opened: No such file or directory"),
    ],
)
def test_nothing_is_written_to_a_file_that_is_no_longer_the_ledgers(
    database: Database, change: Callable[[Path], object], told: str
) -> None:
    path = path_of(database)
    change(path)
    with pytest.raises(DiagnosticError, match=told), database.write() as connection:
        add(connection, "lost")
    with pytest.raises(DiagnosticError, match=told):
        names(database)
    with pytest.raises(DiagnosticError, match=told), database.write_expressions():
        pass
    assert path.exists() == (change is replaced)


def test_a_closed_database_keeps_no_connection_of_those_who_were_using_it(database: Database) -> None:
    with database.read() as reading:
        database.close()
        assert reading.execute(_ALL).all() == []
        assert open_files(database) == 1
    assert open_files(database) == 0
    with database.write() as connection:
        add(connection, "a")
    assert names(database) == ["a"]


def test_a_writer_whose_database_is_closed_meanwhile_commits(database: Database) -> None:
    with database.write() as connection:
        add(connection, "a")
        database.close()
        add(connection, "b")
    assert names(database) == ["a", "b"]


def test_many_threads_write_each_once_with_few_files_open(database: Database) -> None:
    most = 0

    def write(number: int) -> None:
        nonlocal most
        with database.read() as connection:
            before = connection.execute(_ALL).all()
            most = max(most, open_files(database))
        with database.write() as connection:
            add(connection, str(number))
            assert len(connection.execute(_ALL).all()) > len(before) - 1

    with ThreadPoolExecutor(60) as threads:
        list(threads.map(write, range(120)))
    assert sorted(names(database), key=int) == [str(number) for number in range(120)]
    assert 0 < most <= driver_connection._MOST


def test_who_waits_too_long_for_a_connection_is_told(tmp_path: Path) -> None:
    location = SqliteLocation(tmp_path / "things.db")
    make_file(location, 10)
    database = connect(location, None, 0.05)
    held, let_go = Barrier(driver_connection._MOST + 1), Event()

    def hold() -> None:
        with database.read():
            held.wait(30)
            let_go.wait(30)

    with ThreadPoolExecutor(driver_connection._MOST) as threads:
        for _ in range(driver_connection._MOST):
            threads.submit(hold)
        held.wait(30)
        try:
            with (
                pytest.raises(DiagnosticError, match="is overloaded; run fewer units at once"),
                database.read(),
            ):
                pass
        finally:
            let_go.set()
    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_how_many_rows_are_known_when_they_are_returned(database: Database) -> None:
    with database.write() as connection:
        result = connection.execute(text("INSERT INTO things VALUES ('a'), ('b') RETURNING name"))
        assert (result.rowcount, [row.name for row in result]) == (2, ["a", "b"])
        many = connection.execute(_ADD, [{"name": name} for name in "cde"])
        one = connection.execute(_MANY, [{"name": "f"}])
        assert (many.rowcount, one.rowcount, one.scalar_one()) == (3, 1, 6)
        with pytest.raises(ValueError, match="a list without values"):
            connection.execute(_ADD, [])


def test_no_value_is_in_what_is_told(database: Database) -> None:
    secret = "s3cret"
    told: list[BaseException] = []
    for values in ({"name": secret}, {"name": [secret]}, {"name": 2**70}, {"other": secret}):
        try:
            with database.write() as connection:
                connection.execute(_ADD, values)
                connection.execute(_ADD, values)
        except Exception as failure:  # noqa: BLE001  whatever it is
            told.append(failure)
    assert len(told) == 4
    assert secret not in " ".join(f"{failure!r} {failure.__cause__!r}" for failure in told)
    assert os.path.lexists(path_of(database))
