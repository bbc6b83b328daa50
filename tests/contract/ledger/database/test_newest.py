"""A new SQLite ledger is made from `migrations/newest.sql`, which is what the migrations make."""

import subprocess  # what a new process imports
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, NullPool, create_engine

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.newest import NEWEST, SEPARATOR, make_newest
from cellwright.ledger.database.sql import for_texts
from cellwright.ledger.opening import open_ledger
from contract.ledger.migrating import migrated

_FILLED = ("cellwright_version", "chain")
"""The tables that have rows in a new ledger."""


def test_it_is_what_the_migrations_make(tmp_path: Path) -> None:
    with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        migrated(connection)
        found = statements(connection)
        rows = contents(connection)
    anew = tmp_path / NEWEST.name
    anew.write_text(SEPARATOR.join(found), encoding="utf-8")

    assert NEWEST.read_text(encoding="utf-8") == anew.read_text(encoding="utf-8"), f"copy {anew} to {NEWEST}"
    with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        make_newest(for_texts(connection))
        assert statements(connection) == found
        assert contents(connection) == rows
    assert {table for table, filled in rows.items() if filled} == set(_FILLED)


def test_a_new_ledger_needs_neither_a_migration_nor_the_database_library(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from cellwright.ledger.opening import open_ledger\n"
        "with open_ledger(sys.argv[1]) as ledger:\n"
        "    ledger.recorder.append_event('ada', 'x.y', 'z')\n"
        "print(*{'alembic', 'sqlalchemy'} & set(sys.modules))\n"
    )
    url = sqlite_url(tmp_path / "kept" / "ledger.db")

    done = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == ""
    with open_ledger(url) as ledger:
        assert [event.action for event in ledger.reader.events()] == ["x.y"]


def statements(connection: Connection) -> list[str]:
    """What makes the database as it is: its tables, indexes and triggers, then its rows."""
    made = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        " ORDER BY rowid"
    ).scalars()
    lines = [statement.replace(", \n", ",\n").strip() for statement in made]
    for table, rows in contents(connection).items():
        lines += [f"INSERT INTO {table} VALUES ({', '.join(map(repr, row))})" for row in rows]  # noqa: S608  text for a file
    return lines


def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = MetaData()
    tables.reflect(connection)
    return {
        name: [tuple(row) for row in connection.execute(table.select())]
        for name, table in sorted(tables.tables.items())
    }
