"""Moves a ledger into another database: every table, the trail checked there, and the former one closed.

Nobody writes the former one from the first row that is read until it is closed. All of it arrives, or
nothing. A move that was killed after the other ledger was complete is only ended.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, text

from cellwright.ledger.audit import ChainPoint, EventDraft, append, last_point, load_event, verify
from cellwright.ledger.copying import TableDigest, copy_table, digest_table
from cellwright.ledger.database.location import Location, PostgresLocation, SqliteLocation, parse_location
from cellwright.ledger.database.sql import for_texts
from cellwright.ledger.database.sql import text as either_text
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.ownership import MOVED
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

ACTION = "ledger.moved"
_BIND = text("INSERT INTO bindings (name, value) VALUES (:name, :value)")
_EVENTS = either_text(
    "SELECT sequence, time, actor, action, subject, reason, detail, previous, hash FROM events"
    " ORDER BY sequence"
)
_ACTION_OF = text("SELECT action FROM events WHERE sequence = :sequence")
_HASH_OF = text("SELECT hash FROM events WHERE sequence = :sequence")
_CHANGES = ("INSERT", "UPDATE", "DELETE")
_MADE_BY_OPENING = frozenset({"chain"})
"""Tables in which a new ledger has a row already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was moved, and where to."""

    source: str
    target: str
    """Both without passwords."""
    rows: int
    events: int
    ended: bool = False
    """The rows were there already: a move that was killed was ended."""


def move_ledger(
    source: Ledger,
    url: str,
    actor: Actor,
    reason: str = "",
    told: Callable[[str], None] = lambda _table: None,
    before_closing: Callable[[], None] = lambda: None,
) -> Moved:
    """Move a ledger to the database at `url`. `told` is called with each table's name before it is copied.

    `before_closing` is called when the other ledger is complete, and nobody can write either of them but
    through it: whoever is killed afterwards finds it named.

    Raises:
        DiagnosticError: it is the same place, another ledger is there, one of the two can't be read or
            written, or what arrived is not what was sent; the former ledger is then as it was.
    """
    here, there = source.database.location, parse_location(url)
    if _is_same(here, there):
        raise DiagnosticError(error(f"the ledger is at {here} already", "name another database"))
    with open_ledger(url) as target, source.database.write_expressions() as reading:
        _hold(reading)
        with target.database.write_expressions() as writing:
            found = _fill(reading, writing, there, told)
            detail: dict[str, Json] = {"from": str(here), "to": str(there), "rows": found.rows}
            if not found.ended:
                append(
                    for_texts(writing), target.database, EventDraft(actor, ACTION, "ledger", reason, detail)
                )
        before_closing()
        _close(reading, there)
    return Moved(source=str(here), target=str(there), rows=found.rows, events=found.events, ended=found.ended)


@dataclass(frozen=True, slots=True)
class _Found:
    rows: int
    events: int
    ended: bool


def _fill(reading: Connection, writing: Connection, there: Location, told: Callable[[str], None]) -> _Found:
    """Copy every table, and compare what has arrived; nothing is copied onto a copy that is whole."""
    tables = METADATA.sorted_tables
    end = last_point(for_texts(reading))
    if not _is_new(writing, tables):
        if _is_ended(writing, end):
            rows = sum(digest_table(table, reading).rows for table in tables)
            return _Found(rows, end.sequence, ended=True)
        raise DiagnosticError(
            error(
                f"there is another ledger at {there}, in which something was recorded",
                "name an empty database, or make this one empty if nobody needs what is in it",
            )
        )
    sent: dict[str, TableDigest] = {}
    for table in tables:
        told(table.name)
        with _taking_numbers(table, writing):
            sent[table.name] = copy_table(table, reading, writing)
    _compare(sent, writing, there)
    fault = verify((load_event(row) for row in for_texts(writing).execute(_EVENTS)), end=end)
    if fault is not None:
        summary = f"the trail does not hold at {there}: event {fault.sequence}: {fault.summary}"
        raise DiagnosticError(error(summary, "check it where it is: cellwright events verify"))
    return _Found(sum(item.rows for item in sent.values()), end.sequence, ended=False)


def _is_new(writing: Connection, tables: Iterable[Table]) -> bool:
    return all(
        digest_table(table, writing).rows == 0 for table in tables if table.name not in _MADE_BY_OPENING
    )


def _is_ended(writing: Connection, end: ChainPoint) -> bool:
    """Tell whether the other ledger goes on from the end of this one, with the event that it was moved."""
    before = writing.execute(_HASH_OF, {"sequence": end.sequence}).scalar()
    after = writing.execute(_ACTION_OF, {"sequence": end.sequence + 1}).scalar()
    return before == end.hash and after == ACTION


def _compare(sent: dict[str, TableDigest], writing: Connection, there: Location) -> None:
    for table in METADATA.sorted_tables:
        if digest_table(table, writing) != sent[table.name]:
            summary = f"the table {table.name} has not arrived at {there} as it was sent"
            raise DiagnosticError(error(summary, "nothing was moved; look at that database"))


class _taking_numbers:  # noqa: N801  used as a function
    """Let a table take the numbers that rows have already, and go on after them (PostgreSQL)."""

    def __init__(self, table: Table, writing: Connection) -> None:
        identity = [column.name for column in table.columns if column.identity is not None]
        self._column = identity[0] if identity and writing.dialect.name == "postgresql" else None
        self._table, self._writing = table.name, writing

    def __enter__(self) -> None:
        if self._column:
            self._alter("BY DEFAULT")

    def __exit__(self, *_: object) -> None:
        if self._column:
            self._alter("ALWAYS")
            self._writing.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{self._table}', '{self._column}'),"  # noqa: S608  ours
                    f" (SELECT coalesce(max({self._column}), 0) + 1 FROM {self._table}), false)"
                )
            )

    def _alter(self, kind: str) -> None:
        self._writing.execute(
            text(f"ALTER TABLE {self._table} ALTER COLUMN {self._column} SET GENERATED {kind}")
        )


def _hold(reading: Connection) -> None:
    """Keep everybody from writing until the transaction ends; SQLite's own write lock does so by itself."""
    if reading.dialect.name == "postgresql":
        names = ", ".join(table.name for table in METADATA.sorted_tables)
        reading.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _close(reading: Connection, there: Location) -> None:
    """Say in the former ledger where it is now, and let the database itself refuse every change."""
    reading.execute(_BIND, {"name": MOVED, "value": str(there)})
    if reading.dialect.name == "postgresql":
        reading.execute(
            text(
                "CREATE FUNCTION cellwright_moved() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'this ledger was moved' USING ERRCODE = '25006'; END $$"
            )
        )
    for table in METADATA.sorted_tables:
        for change in _CHANGES:
            reading.execute(text(_guard(reading, table.name, change)))


def _guard(reading: Connection, table: str, change: str) -> str:
    name = f"moved_{table}_{change.lower()}"
    if reading.dialect.name == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION cellwright_moved()"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'this ledger was moved'); END"
    )


def is_left_open(url: str) -> bool:
    """Tell whether a ledger is at a place, with something in it, that was not closed by a move.

    Raises:
        DiagnosticError: it can't be read.
    """
    with open_ledger(url, create=False, moved_too=True) as found:
        if found.database.absent:
            return False
        return MOVED not in found.reader.bindings() and found.reader.last_event().sequence > 0


def _is_same(one: Location, other: Location) -> bool:
    if isinstance(one, SqliteLocation) and isinstance(other, SqliteLocation):
        return one.path.resolve() == other.path.resolve()
    if isinstance(one, PostgresLocation) and isinstance(other, PostgresLocation):
        return (one.url.host, one.url.port, one.url.database, one.url.query.get("host")) == (
            other.url.host,
            other.url.port,
            other.url.database,
            other.url.query.get("host"),
        )
    return False
