"""Reads the events that match a filter, page by page; each page starts where the last one ended."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from cellwright.ledger.audit import load_event
from cellwright.ledger.database.below import below
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.table_groups.event_tables import EVENTS
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter, Pattern
from cellwright.model.runs.event import Event

_FEW = 5_000
"""Up to this many events of a subject, using the subject's index is faster than reading all events."""

_LONGEST = 1_000
"""Characters of a pattern passed to the database; SQLite refuses much longer ones."""

_PLAIN = re.compile(r"[A-Za-z0-9 .@_-]+")
"""What JSON writes as it is, and what every database compares in either case."""
_WILD = {"*": "%", "?": "_"}
_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Events of one subject (None is any) that match a filter."""

    database: Database
    page: int
    """Events read in one transaction."""
    subject: str | None = None
    only: EventFilter = EVERY_EVENT

    def forwards(self, after: int) -> Iterator[Event]:
        """The events after number `after`, oldest first; read a page at a time as they are taken."""
        narrow = self._is_narrow()
        while True:
            # An expression instead of the column makes the database use the subject's index.
            position = EVENTS.c.sequence + 0 if narrow else EVENTS.c.sequence
            found = self._read(self._wanted(narrow=narrow).where(position > after).order_by(position))
            yield from filter(self.only.matches, found)
            if len(found) < self.page:
                return
            after = found[-1].sequence

    def backwards(self, before: int | None = None) -> Iterator[Event]:
        """The events, or those before a number, newest first; read a page at a time as they are taken."""
        narrow = self._is_narrow()
        while True:
            position = EVENTS.c.sequence + 0 if narrow else EVENTS.c.sequence
            statement = self._wanted(narrow=narrow).order_by(position.desc())
            found = self._read(statement if before is None else statement.where(position < before))
            yield from filter(self.only.matches, found)
            if len(found) < self.page:
                return
            before = found[-1].sequence

    def _read(self, statement: Select[Any]) -> Sequence[Event]:
        with self.database.read() as connection:
            return [load_event(row) for row in connection.execute(statement.limit(self.page)).all()]

    def _wanted(self, *, narrow: bool) -> Select[Any]:
        statement = select(EVENTS).where(*_conditions(self.only))
        if self.subject is None:
            return statement
        # An expression instead of the column: a large subject would be looked up and sorted for every page.
        column: ColumnElement[str] = EVENTS.c.subject if narrow else EVENTS.c.subject.concat("")
        return statement.where(_of(column, self.subject))

    def _is_narrow(self) -> bool:
        if self.subject is None:
            return False
        some = select(EVENTS.c.sequence).where(_of(EVENTS.c.subject, self.subject)).limit(_FEW + 1)
        with self.database.read() as connection:
            return _count(connection, some) <= _FEW


def _count(connection: Connection, statement: Select[Any]) -> int:
    found: int = connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    return found


def _of(column: ColumnElement[str], subject: str) -> ColumnElement[bool]:
    within = below(subject)
    return or_(column == subject, and_(column >= within["first"], column < within["end"]))


def _conditions(only: EventFilter) -> Iterator[ColumnElement[bool]]:
    if only.since is not None:
        yield EVENTS.c.time >= iso(only.since)
    if only.until is not None:
        yield EVENTS.c.time < iso(only.until)
    if only.people:
        yield or_(*(_named(name) for name in only.people))
    if only.actors:
        yield or_(*(EVENTS.c.actor.icontains(plain_text(name), autoescape=True) for name in only.actors))
    subjects = (*only.subjects, *(item.pattern for item in only.former))
    for column, patterns in ((EVENTS.c.subject, subjects), (EVENTS.c.action, only.actions)):
        if patterns:
            yield _alike(column, patterns)


def _named(name: str) -> ColumnElement[bool]:
    """A superset of the events of a person: what vouches for a name stands in the detail, as JSON.

    Databases differ in the case of other letters, and JSON in how it writes them.
    """
    plain = max(_PLAIN.findall(name), key=len, default="")
    if not plain:
        return true()
    return or_(*(column.icontains(plain, autoescape=True) for column in (EVENTS.c.actor, EVENTS.c.detail)))


def _alike(column: ColumnElement[str], patterns: Iterable[Pattern]) -> ColumnElement[bool]:
    """A superset of what the patterns match: LIKE differs by database, so `EventFilter.matches` decides."""
    return or_(*(column.like(_like(pattern), escape=_ESCAPE) for pattern in patterns))


def _like(pattern: Pattern) -> str:
    written = []
    for character in plain_text(pattern.separator.join(pattern.parts))[:_LONGEST]:
        if character == "[":
            break
        escaped = f"{_ESCAPE}{character}" if character in "%_\\" else character
        written.append(_WILD.get(character, escaped))
    return "".join([*written, "%"])
