"""Copies a ledger, table by table, into a new SQLite file beside; and digests tables, so that two compare.

The copy is read and written through the same descriptions of tables on both kinds of database.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, insert, select

from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.opening import Ledger, open_ledger

_AT_ONCE = 1_000
"""Rows in memory."""
_Page: TypeAlias = Sequence[dict[str, Any]]
_MADE_ALREADY = "chain"
"""The migrations put its row in."""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and a digest of them in the order of their keys."""

    rows: int
    digest: str


def copy_ledger(
    source: Database, target: Path, told: Callable[[str], None] = lambda _table: None
) -> Mapping[str, TableDigest]:
    """Copy all rows of a ledger, as they are at one moment, into a new one at `target`.

    Gives a digest of each table as it was read. `told` is called with each table's name before it is copied.

    Raises:
        DiagnosticError: the ledger can't be read, or the copy can't be written.
    """
    with (
        open_ledger(sqlite_url(target)) as copy,
        source.read_one_moment() as reading,
        copy.database.write_expressions() as writing,
    ):
        return {table.name: _copied(table, reading, writing, told) for table in METADATA.sorted_tables}


def digest_tables(ledger: Ledger) -> Mapping[str, TableDigest]:
    """Give the digest of each table of a ledger.

    Raises:
        DiagnosticError: it can't be read.
    """
    with ledger.database.read_one_moment() as connection:
        return {table.name: _digested(table, connection) for table in METADATA.sorted_tables}


def _copied(
    table: Table, reading: Connection, writing: Connection, told: Callable[[str], None]
) -> TableDigest:
    told(table.name)
    return copy_table(table, reading, writing)


def copy_table(table: Table, reading: Connection, writing: Connection) -> TableDigest:
    """Copy a table's rows into one that is empty, but for what the migrations put in."""
    if table.name == _MADE_ALREADY:
        writing.execute(table.delete())
    return _digested(table, reading, lambda page: writing.execute(insert(table), page))


def digest_table(table: Table, connection: Connection) -> TableDigest:
    """Give the digest of a table's rows, as a transaction sees them."""
    return _digested(table, connection)


def _digested(
    table: Table, connection: Connection, take: Callable[[_Page], object] = lambda _page: None
) -> TableDigest:
    digest, count = hashlib.sha256(), 0
    for page in _pages(table, connection):
        take(page)
        for row in page:
            digest.update(_line(table, row))
        count += len(page)
    return TableDigest(count, digest.hexdigest())


def _pages(table: Table, connection: Connection) -> Iterator[_Page]:
    ordered = select(table).order_by(*table.primary_key.columns)
    # An option of the statement: one of the connection would hold for what it executes later, too.
    found = connection.execute(ordered.execution_options(yield_per=_AT_ONCE))
    for page in found.mappings().partitions(_AT_ONCE):
        yield [dict(row) for row in page]


def _line(table: Table, row: Mapping[str, Any]) -> bytes:
    values = [row[column.name] for column in table.columns]
    return f"{dump(values)}\n".encode("utf-8", "surrogatepass")
