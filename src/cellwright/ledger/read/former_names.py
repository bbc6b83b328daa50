"""The names that a cell has had before: what was recorded then stays under them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cellwright.ledger.database.database import Database
from cellwright.ledger.read.event_filter import EventFilter, FormerSubject, action_pattern, subject_pattern
from cellwright.ledger.read.event_query import EventQuery
from cellwright.model.address import AddressError, CellAddress
from cellwright.model.runs.event import CELL_NAMED, CLIENT_OFFBOARDED, CLIENT_ONBOARDED, Event

_BIRTHS = EventFilter(actions=tuple(map(action_pattern, (CELL_NAMED, CLIENT_ONBOARDED, CLIENT_OFFBOARDED))))
_MOST = 20
_PAGE = 50
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a cell has had."""

    cell: CellAddress
    until: str
    """When it was renamed: UTC, ISO 8601."""
    sequence: int
    """The event's number: what is recorded of this name after it is another cell's."""


def former_names(database: Database, cell: CellAddress) -> tuple[FormerName, ...]:
    """Give the names that a cell, or the client that left by its name, has had before; the last one first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found: list[FormerName] = []
    now, before = cell, None
    while len(found) < _MOST and (named := _named(database, now, before)) is not None:
        former = FormerName(CellAddress.parse(str(named.detail["from"])), named.time, named.sequence)
        found.append(former)
        now, before = former.cell, former.sequence
    return tuple(found)


def _named(database: Database, cell: CellAddress, before: int | None) -> Event | None:
    """Give the event by which a cell got its name; None if it has had no other."""
    for event in EventQuery(database, _PAGE, str(cell), _BIRTHS).backwards(before):
        if event.subject != str(cell):
            continue
        if event.action == CELL_NAMED:
            return event if isinstance(event.detail.get("from"), str) else None
        if event.action == CLIENT_ONBOARDED:
            return None
    return None


def with_former_names(database: Database, only: EventFilter) -> EventFilter:
    """Give a filter of events that finds those from before a rename too, of each cell that it names.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found: list[FormerSubject] = []
    for pattern in only.subjects:
        level, *rest = pattern.parts
        if not rest or _WILD & set(level + rest[0]):
            continue
        found += [
            FormerSubject(subject_pattern("/".join((str(item.cell), *rest[1:]))), item.sequence)
            for item in former_of(database, f"{level}/{rest[0]}")
        ]
    return replace(only, former=tuple(found)) if found else only


def former_of(database: Database, subject: str) -> tuple[FormerName, ...]:
    """Give the former names of the cell that an address of a cell or a unit names; none of other texts.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    try:
        cell = CellAddress.parse("/".join(subject.split("/")[:2]))
    except AddressError:
        return ()
    return former_names(database, cell)


def former_subjects(subject: str, names: Iterable[FormerName]) -> tuple[tuple[str, str], ...]:
    """Give what a cell or a unit was called before, each with when that ended."""
    rest = subject.split("/")[2:]
    return tuple(("/".join((str(item.cell), *rest)), item.until) for item in names)
