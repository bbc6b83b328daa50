"""Databases with the ledger's tables: each is used by many tests, one after the other.

To make one takes ten times as long as to empty one: PostgreSQL writes three hundred files for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from contract.postgres import PostgresServer

_Connection = psycopg.Connection[tuple[Any, ...]]

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SEQUENCES = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# `xmin` is the transaction that wrote a row: whatever is done to a column or a trigger changes it.
_SHAPE: LiteralString = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', 'class', oid, relname, relnatts, relhastriggers, relacl) AS part FROM ours
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, pg_attribute.xmin)
        FROM pg_attribute JOIN ours ON attrelid = ours.oid
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, xmin) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, xmin) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'function', oid, xmin) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'schema', oid, xmin) FROM pg_namespace
    UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS parts
"""


@dataclass(slots=True)
class LentDatabases:
    """Makes databases like `template`, lends each to one test at a time and empties it afterwards."""

    server: PostgresServer
    template: str
    _free: dict[str, str] = field(default_factory=dict)
    """The names of those that nobody has, each with its shape."""
    _rows: dict[str, bytes] = field(default_factory=dict)
    """What the tables of a new one hold, by their names; empty tables are left out."""

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Give the name of one that is as new."""
        name, shape = self._free.popitem() if self._free else self._make()
        yield name
        with psycopg.connect(self.server.url(name), autocommit=True) as connection:
            if _number(connection, _OTHERS) == 0 and _shape(connection) == shape:
                self._empty(connection)
                self._free[name] = shape

    def _make(self) -> tuple[str, str]:
        name = self.server.new_database(self.template)
        with psycopg.connect(self.server.url(name), autocommit=True) as connection:
            for table in _tables(connection):
                copied = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
                with connection.cursor().copy(copied) as rows:
                    if content := b"".join(bytes(part) for part in rows):
                        self._rows[table] = content
            return name, _shape(connection)

    def _empty(self, connection: _Connection) -> None:
        connection.execute("SET session_replication_role = replica")  # no trigger refuses it
        with connection.transaction():
            for table in _tables(connection):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute(_SEQUENCES)
            for table, content in self._rows.items():
                copied = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
                with connection.cursor().copy(copied) as rows:
                    rows.write(content)


def _tables(connection: _Connection) -> list[str]:
    return [str(name) for (name,) in connection.execute(_TABLES).fetchall()]


def _shape(connection: _Connection) -> str:
    ((found,),) = connection.execute(_SHAPE).fetchall()
    return str(found)


def _number(connection: _Connection, question: LiteralString) -> int:
    ((found,),) = connection.execute(question).fetchall()
    return int(found)
