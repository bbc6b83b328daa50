"""Reads the events that match a filter, page by page; each page starts where the last one ended."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.ledger.audit import load_event
from cellwright.ledger.database.below import below
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter, Pattern
from cellwright.ledger.read.patterns import ESCAPE, containing, escaped
from cellwright.model.runs.event import Event

_FEW = 5_000
"""Up to this many events of a subject, using the subject's index is faster than reading all events."""

_LONGEST = 1_000
"""Characters of a pattern passed to the database; SQLite refuses much longer ones."""

_PLAIN = re.compile(r"[A-Za-z0-9 .@_-]+")
"""What JSON writes as it is, and what every database compares in either case."""
_WILD = {"*": "%", "?": "_"}
COLUMNS = "sequence, time, actor, action, subject, reason, detail, previous, hash"
_SOME = text(
    "SELECT count(*) FROM (SELECT sequence FROM events"
    " WHERE subject = :subject OR (subject >= :first AND subject < :end) LIMIT :most) AS found"
)

_Clause: TypeAlias = tuple[str, Mapping[str, object]]
"""A condition, and the values of its parameters."""


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
            found = self._page(narrow=narrow, beyond=(">", after), order="ASC")
            yield from filter(self.only.matches, found)
            if len(found) < self.page:
                return
            after = found[-1].sequence

    def backwards(self, before: int | None = None) -> Iterator[Event]:
        """The events, or those before a number, newest first; read a page at a time as they are taken."""
        narrow = self._is_narrow()
        while True:
            beyond = None if before is None else ("<", before)
            found = self._page(narrow=narrow, beyond=beyond, order="DESC")
            yield from filter(self.only.matches, found)
            if len(found) < self.page:
                return
            before = found[-1].sequence

    def _page(self, *, narrow: bool, beyond: tuple[str, int] | None, order: str) -> Sequence[Event]:
        # An expression instead of the column makes the database use the subject's index.
        position = "sequence + 0" if narrow else "sequence"
        clauses = [*_conditions(self.only)]
        if self.subject is not None:
            # An expression instead of the column: a large subject would be looked up and sorted for every
            # page.
            clauses.append(_of("subject" if narrow else "(subject || '')", self.subject))
        if beyond is not None:
            sign, end = beyond
            clauses.append((f"{position} {sign} :beyond", {"beyond": end}))
        where = f" WHERE {' AND '.join(clause for clause, _ in clauses)}" if clauses else ""
        statement = text(f"SELECT {COLUMNS} FROM events{where} ORDER BY {position} {order} LIMIT :page")  # noqa: S608  constants
        values = {name: value for _, some in clauses for name, value in some.items()}
        with self.database.read() as connection:
            rows = connection.execute(statement, {**values, "page": self.page}).all()
            return [load_event(row) for row in rows]

    def _is_narrow(self) -> bool:
        if self.subject is None:
            return False
        values = {**below(self.subject), "subject": self.subject, "most": _FEW + 1}
        with self.database.read() as connection:
            found: int = connection.execute(_SOME, values).scalar_one()
        return found <= _FEW


def _of(column: str, subject: str) -> _Clause:
    clause = f"({column} = :subject OR ({column} >= :first AND {column} < :end))"
    return clause, {**below(subject), "subject": subject}


def _conditions(only: EventFilter) -> Iterator[_Clause]:
    if only.since is not None:
        yield "time >= :since", {"since": iso(only.since)}
    if only.until is not None:
        yield "time < :until", {"until": iso(only.until)}
    if only.people:
        yield _any(_named(name, f"person{number}") for number, name in enumerate(only.people))
    if only.actors:
        actors = enumerate(map(plain_text, only.actors))
        yield _any(_holding(["actor"], name, f"actor{number}") for number, name in actors)
    subjects = (*only.subjects, *(item.pattern for item in only.former))
    for column, patterns in (("subject", subjects), ("action", only.actions)):
        if patterns:
            yield _any(_alike(column, pattern, number) for number, pattern in enumerate(patterns))


def _any(clauses: Iterable[_Clause]) -> _Clause:
    found = tuple(clauses)
    values = {name: value for _, some in found for name, value in some.items()}
    return f"({' OR '.join(clause for clause, _ in found)})", values


def _named(name: str, parameter: str) -> _Clause:
    """A superset of the events of a person: what vouches for a name stands in the detail, as JSON.

    Databases differ in the case of other letters, and JSON in how it writes them.
    """
    plain = max(_PLAIN.findall(name), key=len, default="")
    return _holding(["actor", "detail"], plain, parameter) if plain else ("1 = 1", {})


def _holding(columns: Iterable[str], words: str, parameter: str) -> _Clause:
    """That one of the columns has these words in it, in capitals or not."""
    clause = " OR ".join(f"lower({column}) LIKE :{parameter} ESCAPE '{ESCAPE}'" for column in columns)
    return f"({clause})", {parameter: containing(words)}


def _alike(column: str, pattern: Pattern, number: int) -> _Clause:
    """A superset of what the pattern matches: LIKE differs by database, so `EventFilter.matches` decides."""
    name = f"{column}_like{number}"
    return f"{column} LIKE :{name} ESCAPE '{ESCAPE}'", {name: _like(pattern)}


def _like(pattern: Pattern) -> str:
    written = []
    for character in plain_text(pattern.separator.join(pattern.parts))[:_LONGEST]:
        if character == "[":
            break
        written.append(_WILD.get(character, escaped(character)))
    return "".join([*written, "%"])
