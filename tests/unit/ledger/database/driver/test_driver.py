"""SQLite by Python's own driver: what a statement gives, and what becomes of a transaction."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from cellwright.ledger.database.database import Database, connect
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.sql import Connection, bindparam, for_texts, integrity_errors, text
from cellwright.ledger.database.sqlite_file import make_file
from cellwright.model.diagnostic import DiagnosticError

_ADD = text("INSERT INTO things (name, size) VALUES (:name, :size)")
_ALL = text("SELECT name, size FROM things ORDER BY name")
_SOME = text("SELECT name FROM things WHERE name IN :names AND size > :least ORDER BY name").bindparams(
    bindparam("names", expanding=True)
)


@pytest.fixture(name="database")
def database_fixture(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "things.db"
    location = SqliteLocation(path)
    make_file(location, 10)
    made = connect(location, None, 0.1)
    with made.write() as connection:
        connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER)"))
        connection.execute(_ADD, [{"name": name, "size": size} for size, name in enumerate("abc")])
    yield made
    made.close()


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(_ALL).scalars())


def add(connection: Connection, *given: str) -> None:
    for name in given:
        connection.execute(_ADD, {"name": name, "size": 0})


def test_rows_are_tuples_with_names(database: Database) -> None:
    with database.read() as connection:
        result = connection.execute(_ALL)
        first, *others = result.all()
        only = connection.execute(text("SELECT size FROM things WHERE name = :name"), {"name": "c"})
        none = connection.execute(_SOME, {"names": [], "least": -1})
        assert connection.execute(text("SELECT count(*) FROM things")).scalar_one() == 3
    name, size = first
    assert (first, first.name, first.size, name, size) == (("a", 0), "a", 0, "a", 0)
    assert dict(first._mapping) == {"name": "a", "size": 0}
    assert [row.name for row in others] == ["b", "c"]
    assert (only.one(), only.scalar(), only.scalars().first()) == ((2,), 2, 2)
    assert (list(none), none.first(), none.scalar(), none.scalars().first()) == ([], None, None, None)


def test_one_refuses_none_and_two(database: Database) -> None:
    with database.read() as connection:
        for statement in (_ALL, text("SELECT name FROM things WHERE size > 9")):
            with pytest.raises(ValueError, match="values to unpack"):
                connection.execute(statement).one()


@pytest.mark.parametrize(("wanted", "found"), [(["a", "c", "x"], ["c"]), (["b"], ["b"]), ([], [])])
def test_a_parameter_that_stands_for_a_list(database: Database, wanted: list[str], found: list[str]) -> None:
    values = {"names": wanted, "least": 0}
    with database.read() as connection:
        assert connection.execute(_SOME, values).scalars().all() == found
    with database.read_expressions() as library:
        assert for_texts(library).execute(_SOME, values).scalars().all() == found


def test_how_many_rows_a_statement_has_changed(database: Database) -> None:
    with database.write() as connection:
        assert connection.execute(text("DELETE FROM things WHERE size > :size"), {"size": 0}).rowcount == 2
        assert connection.execute(text("DELETE FROM things WHERE size > :size"), {"size": 0}).rowcount == 0


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_begins_anew(database: Database) -> None:
    with pytest.raises(integrity_errors()), database.write() as connection:
        add(connection, "d", "a")
    assert names(database) == ["a", "b", "c"]
    with database.write() as connection:
        connection.execute(_ADD, {"name": "e", "size": 4})
    assert names(database) == ["a", "b", "c", "e"]


def test_a_part_that_fails_is_undone_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(_ADD, {"name": "d", "size": 3})
        with pytest.raises(integrity_errors()), connection.begin_nested():
            add(connection, "e", "a")
        with connection.begin_nested():
            connection.execute(_ADD, {"name": "f", "size": 5})
    assert names(database) == ["a", "b", "c", "d", "f"]


def test_a_row_that_the_table_does_not_allow_is_told_by_either_library(database: Database) -> None:
    again = {"name": "a", "size": 0}
    with pytest.raises(integrity_errors()), database.write() as connection:
        connection.execute(_ADD, again)
    with pytest.raises(integrity_errors()), database.write_expressions() as library:
        for_texts(library).execute(_ADD, again)


def test_a_reader_sees_one_moment_and_the_next_one_the_newest(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute(_ALL).all()
        with database.write() as writing:
            writing.execute(_ADD, {"name": "d", "size": 3})
        assert connection.execute(_ALL).all() == before
    assert names(database) == ["a", "b", "c", "d"]


def test_another_process_lock_is_told(database: Database) -> None:
    assert isinstance(database.location, SqliteLocation)
    other = sqlite3.connect(database.location.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DiagnosticError, match="locked by another process"), database.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.write() as connection:
        connection.execute(_ADD, {"name": "d", "size": 3})


def test_threads_have_connections_of_their_own(database: Database) -> None:
    found: list[list[str]] = []
    with database.write() as connection:
        connection.execute(_ADD, {"name": "d", "size": 3})
        thread = Thread(target=lambda: found.append(names(database)))
        thread.start()
        thread.join()
    assert found == [["a", "b", "c"]]


def test_a_closed_database_opens_its_file_again(database: Database) -> None:
    database.close()
    assert names(database) == ["a", "b", "c"]
