"""Reading what standings need straight from a SQLite ledger, without loading the toolkit for all else.

Loading that takes longer than reading 60,000 units. Whatever is out of the ordinary is left to the long way,
by `opening`: it knows what to say.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from types import SimpleNamespace
from typing import Any

from cellwright.ledger.database.rows import load_address, load_unit
from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.ledger.read.views import HeadsView, OutputsView, after
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit

_PREFIX = "sqlite:///"
_AT_ONCE = 500
"""Units in one statement: databases limit a statement's parameters."""

_APPLIED = (
    "SELECT heads.*, units.*, outputs.outputs FROM heads "
    "JOIN units ON units.unit = heads.unit JOIN outputs ON outputs.unit = heads.unit"
)
_ODD = frozenset("?#%")
"""What means something else inside the kind of address that SQLite opens read-only."""


@dataclass(frozen=True, slots=True)
class Standings:
    """What the ledger says about every unit, of one moment."""

    fleet: str
    key_check: str
    heads: HeadsView
    outputs: OutputsView
    details: "Details"
    """The rest, read when it is asked for."""


class Details:
    """What is remembered of single units. Every method gives None where the long way has to be taken."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inherited: sqlite3.Connection | None = None

    def sources(self, within: Sequence[str] | None = None) -> dict[str, tuple[str, str]] | None:
        """Read the digest and the label of applied units' sources, by address as text."""
        statement = "SELECT unit, source_digest, source_label FROM units"
        found: dict[str, tuple[str, str]] = {}
        for condition, names in _conditions(within):
            rows = self._rows(statement + condition, names)
            if rows is None:
                return None
            found.update((row.unit, (row.source_digest, row.source_label)) for row in rows)
        return found

    def applied(self, addresses: Collection[UnitAddress]) -> dict[UnitAddress, AppliedUnit] | None:
        """Read all that is remembered of these units."""
        found: dict[UnitAddress, AppliedUnit] = {}
        names = [str(address) for address in addresses]
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            rows = self._rows(f"{_APPLIED} WHERE heads.unit IN ({','.join('?' * len(some))})", some)
            if rows is None:
                return None
            found.update((load_address(row.unit), load_unit(row)) for row in rows)
        return found

    def forked(self) -> None:
        """Let go of a connection that belongs to the process of which this one is a copy."""
        # Kept, not closed: SQLite's connections may not be touched across a fork.
        self._inherited, self._connection = self._connection, None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, statement: str, names: Sequence[str] = ()) -> "list[Any] | None":
        try:
            if self._connection is None:
                self._connection = _connect(self._path)
                self._connection.row_factory = _named
            return self._connection.execute(statement, names).fetchall()
        except sqlite3.Error:
            return None


def read_standings(url: str, within: Sequence[str] | None = None) -> Standings | None:
    """Read a ledger in one transaction; None for the long way: no SQLite file, older, not yet bound.

    `within` as for `LedgerReader.heads_view`.
    """
    path = url.removeprefix(_PREFIX)
    if not url.startswith(_PREFIX) or not path.startswith("/") or _ODD & set(path):
        return None
    try:
        with closing(_connect(path)) as connection:
            return _read(connection, path, within)
    except sqlite3.Error:
        return None


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)


def _named(cursor: sqlite3.Cursor, row: tuple[object, ...]) -> SimpleNamespace:
    return SimpleNamespace(
        **{column[0]: value for column, value in zip(cursor.description, row, strict=True)}
    )


def _read(connection: sqlite3.Connection, path: str, within: Sequence[str] | None) -> Standings | None:
    connection.execute("BEGIN")
    version = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608  a constant
    bound = dict(connection.execute("SELECT name, value FROM bindings"))
    if version != (HEAD,) or not {"fleet", "key_check"} <= bound.keys():
        return None
    heads = _rows(connection, "SELECT unit, fingerprint, failed, lineage, serial FROM heads", within)
    outputs = _rows(connection, "SELECT unit, outputs FROM outputs", within)
    return Standings(
        bound["fleet"],
        bound["key_check"],
        HeadsView({row[0]: row[1:] for row in heads}),
        OutputsView(dict(outputs)),
        Details(path),
    )


def _rows(connection: sqlite3.Connection, statement: str, within: Sequence[str] | None) -> Iterator[Any]:
    cursors = (connection.execute(statement + condition, names) for condition, names in _conditions(within))
    return chain.from_iterable(cursors)


def _conditions(within: Sequence[str] | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give what is to be said behind a statement that names a table, once for each range of its units."""
    if within is None:
        yield "", ()
    for prefix in within or ():
        yield " WHERE unit >= ? AND unit < ?", (prefix, after(prefix))
