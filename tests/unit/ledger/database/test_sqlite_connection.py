"""Statements that go to Python's driver give what SQLAlchemy gives for them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, bindparam, column, select, table, text
from sqlalchemy.exc import IntegrityError

from cellwright.ledger.database.database import Database, connect
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.sqlite_connection import SqliteConnection, TextResult

ALL = text("SELECT name, size FROM things ORDER BY name")
ONE = text("SELECT name, size FROM things WHERE name = :name")
SOME = text("SELECT name FROM things WHERE name IN :names ORDER BY name").bindparams(
    bindparam("names", expanding=True)
)
NAMES: Select[Any] = select(column("name")).select_from(table("things"))
ADD = text("INSERT INTO things (name, size) VALUES (:name, 9)")


def add(connection: Connection, *names: str) -> None:
    for name in names:
        connection.execute(ADD, {"name": name})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = connect(SqliteLocation(tmp_path / "ledger.db"), None, 1.0)
    with found.write() as connection:
        connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER)"))
        rows: list[dict[str, Any]] = [
            {"name": "a", "size": 1},
            {"name": "b", "size": None},
            {"name": "c", "size": 3},
        ]
        connection.execute(text("INSERT INTO things (name, size) VALUES (:name, :size)"), rows)
    yield found
    found.close()


ASKED: dict[str, Callable[[Connection], Any]] = {
    "all": lambda found: [tuple(row) for row in found.execute(ALL).all()],
    "each": lambda found: [(row.name, row.size) for row in found.execute(ALL)],
    "unpacked": lambda found: [name for name, _ in found.execute(ALL).fetchall()],
    "first": lambda found: tuple(found.execute(ALL).first() or ()),
    "no first": lambda found: found.execute(ONE, {"name": "z"}).first(),
    "by name": lambda found: dict(found.execute(ONE, {"name": "a"}).one()._mapping),
    "one": lambda found: found.execute(ONE, {"name": "b"}).one().size,
    "one or none": lambda found: found.execute(ONE, {"name": "z"}).one_or_none(),
    "scalar": lambda found: found.execute(ALL).scalar(),
    "no scalar": lambda found: found.execute(ONE, {"name": "z"}).scalar(),
    "scalar one": lambda found: found.execute(text("SELECT count(*) FROM things")).scalar_one(),
    "scalar one or none": lambda found: found.execute(ONE, {"name": "z"}).scalar_one_or_none(),
    "scalars": lambda found: list(found.execute(ALL).scalars()),
    "all scalars": lambda found: found.execute(ALL).scalars().all(),
    "first scalar": lambda found: found.execute(ALL).scalars().first(),
    "rows changed": lambda found: found.execute(text("UPDATE things SET size = 4 WHERE size > 0")).rowcount,
    "nothing changed": lambda found: found.execute(text("DELETE FROM things WHERE size > 9")).rowcount,
    "returned": lambda found: found.execute(text("UPDATE things SET size = 5 RETURNING name")).scalar(),
    "a list inside": lambda found: found.execute(SOME, {"names": ["a", "c", "d"]}).scalars().all(),
    "an expression": lambda found: found.execute(
        select(column("name")).select_from(table("things"))
    ).scalar(),
    "a colon": lambda found: found.execute(text(r"SELECT 'a\:b'")).scalar(),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_gives_what_sqlalchemy_gives(database: Database, asked: Callable[[Connection], Any]) -> None:
    with database.engine.connect() as plain:
        wanted = asked(plain)
        plain.rollback()

    with SqliteConnection(database.engine) as connection:
        assert asked(connection) == wanted


def test_a_text_goes_to_the_driver_and_an_expression_does_not(database: Database) -> None:
    with database.read() as connection:
        assert isinstance(connection.execute(ALL), TextResult)
        assert not isinstance(connection.execute(SOME, {"names": ["a"]}), TextResult)


def test_a_broken_constraint_is_told_as_sqlalchemy_does_and_nothing_is_written(database: Database) -> None:
    def work() -> None:
        with database.write() as connection:
            add(connection, "d", "a")

    with pytest.raises(IntegrityError, match="UNIQUE") as told:
        work()

    assert told.value.params is None
    with database.read() as connection:
        assert connection.execute(ONE, {"name": "d"}).first() is None


def test_a_savepoint_takes_back_what_came_after_it(database: Database) -> None:
    def work(connection: Connection) -> None:
        with connection.begin_nested():
            add(connection, "e", "a")

    with database.write() as connection:
        add(connection, "d")
        with pytest.raises(IntegrityError):
            work(connection)

    with database.read() as connection:
        assert connection.execute(ALL).scalars().all() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", ["a", "z"])
def test_more_or_fewer_rows_than_one_are_refused(database: Database, name: str) -> None:
    several = text("SELECT name FROM things WHERE :name = 'a'")

    with database.read() as connection, pytest.raises(LookupError, match="instead of one"):
        connection.execute(several, {"name": name}).one()
