"""Reading standings straight from a SQLite ledger, without loading the toolkit that all else goes through.

Loading that takes longer than reading 60,000 units. Whatever is out of the ordinary is left to the long way,
by `opening`: it knows what to say.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.version import HEAD, VERSION_TABLE
from cellwright.ledger.views import HeadsView, OutputsView, after

_PREFIX = "sqlite:///"
_ODD = frozenset("?#%")
"""What means something else inside the kind of address that SQLite opens read-only."""


@dataclass(frozen=True, slots=True)
class Standings:
    """What the ledger says about every unit, of one moment."""

    fleet: str
    key_check: str
    heads: HeadsView
    outputs: OutputsView


def read_standings(url: str, within: Sequence[str] | None = None) -> Standings | None:
    """Read a ledger in one transaction; None for the long way: no SQLite file, older, not yet bound.

    `within` as for `LedgerReader.heads_view`.
    """
    path = url.removeprefix(_PREFIX)
    if not url.startswith(_PREFIX) or not path.startswith("/") or _ODD & set(path):
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection:
            return _read(connection, within)
    except sqlite3.Error:
        return None


def _read(connection: sqlite3.Connection, within: Sequence[str] | None) -> Standings | None:
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
    )


def _rows(connection: sqlite3.Connection, statement: str, within: Sequence[str] | None) -> Iterator[Any]:
    """Give a table's rows; `statement` may be followed by a condition."""
    if within is None:
        yield from connection.execute(statement)
        return
    for prefix in within:
        yield from connection.execute(f"{statement} WHERE unit >= ? AND unit < ?", (prefix, after(prefix)))
