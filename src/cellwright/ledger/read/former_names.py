"""The names that a cell has had before: what was recorded then stays under them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cellwright.ledger.database.database import Database
from cellwright.ledger.read.event_filter import EventFilter, FormerSubject, subject_pattern
from cellwright.ledger.read.names import Birth, Names, cell_of
from cellwright.model.address import CellAddress

_MOST = 20
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a cell has had."""

    cell: CellAddress
    until: str
    """When it was renamed: UTC, ISO 8601."""
    sequence: int
    """The event's number: what is recorded of this name after it is another cell's."""
    since: str = ""
    """When the name was given up by who had it before; empty: by nobody."""
    after: int = 0
    """That event's number."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the trail in which a cell, or a unit, had a name."""

    name: str
    after: int = 0
    """The number of the event by which who had the name before gave it up; 0: nobody had it."""
    until: int | None = None
    """The number of the event that gave the cell another name, or by which it left; None: none did."""

    @property
    def is_whole(self) -> bool:
        """Whether nobody else ever had the name."""
        return not self.after and self.until is None

    def holds(self, sequence: int) -> bool:
        """Tell whether an event is of it."""
        return self.after < (sequence or 1) and (self.until is None or sequence <= self.until)


def former_names(names: Names, cell: CellAddress) -> tuple[FormerName, ...]:
    """Give the names that a cell, or the client that left by its name, has had before; the last one first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return tuple(_before(names, cell, _last_life(names, cell)))


def _is_there(_cell: CellAddress) -> bool:
    """Take a cell that is looked at for one that the fleet has."""
    return True


def _last_life(names: Names, cell: CellAddress) -> tuple[int, int | None]:
    """Give the events between which a name is that of who has it, or had it last."""
    before = names.life_before(cell)
    return (before.sequence if before is not None else 0), None


def _before(names: Names, cell: CellAddress, life: tuple[int, int | None]) -> Iterator[FormerName]:
    """Follow the names of a cell back from one stretch in which it had a name."""
    for _ in range(_MOST):
        born = _birth(names, cell, life)
        if born is None or born.former is None:
            return
        # The rename's own event gives the name up, right before the one that gives the next.
        before = names.end_before(born.former, born.sequence)
        if before is not None and before.to == cell:
            before = names.end_before(born.former, before.sequence)
        since, after = (before.time, before.sequence) if before is not None else ("", 0)
        yield FormerName(born.former, born.time, born.sequence, since, after)
        cell, life = born.former, (after, born.sequence)


def _birth(names: Names, cell: CellAddress, life: tuple[int, int | None]) -> Birth | None:
    after, until = life
    found = [item for item in names.births(cell, after) if until is None or item.sequence < until]
    return found[-1] if found else None


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
        found += _subjects(former_of(Names(database), f"{level}/{rest[0]}"), rest[1:])
    return replace(only, former=tuple(found)) if found else only


def of_this_cell(database: Database, subject: str) -> EventFilter:
    """Give a filter of events of the client that has a name, and of none that had it before.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    cell, below = cell_of(subject), subject.split("/")[2:]
    if cell is None:
        return EventFilter(subjects=(subject_pattern(subject),))
    names = Names(database, stands=_is_there)
    life = _last_life(names, cell)
    former = _subjects(tuple(_before(names, cell, life)), below)
    if not life[0] and not former:
        return EventFilter(subjects=(subject_pattern(subject),))
    return EventFilter(former=(FormerSubject(subject_pattern(subject), None, life[0]), *former))


def _subjects(former: tuple[FormerName, ...], below: list[str]) -> list[FormerSubject]:
    return [
        FormerSubject(subject_pattern("/".join((str(item.cell), *below))), item.sequence, item.after)
        for item in former
    ]


def former_of(names: Names, subject: str) -> tuple[FormerName, ...]:
    """Give the former names of the cell that an address of a cell or a unit names; none of other texts.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    cell = cell_of(subject)
    return former_names(names, cell) if cell is not None else ()


def periods_of(database: Database, subject: str, *, present: bool = False) -> tuple[Period, ...]:
    """Give what a cell or a unit was called, and when: of who has the name, and of clients that left with it.

    What was recorded of a client that has another name now is found under that name. `present` leaves out
    the clients that had this name before, too. Nothing is given of what is no address.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    cell, below = cell_of(subject), subject.split("/")[2:]
    if cell is None:
        return ()
    names, found = Names(database, stands=_is_there) if present else Names(database), []
    lives = [_last_life(names, cell)] if present else list(_lives(names, cell))
    for after, until in lives:
        found.append(Period(subject, after, until))
        found += [
            Period("/".join((str(item.cell), *below)), item.after, item.sequence)
            for item in _before(names, cell, (after, until))
        ]
    return tuple(found)


def _lives(names: Names, cell: CellAddress) -> Iterator[tuple[int, int | None]]:
    """Give the stretches in which a name was that of clients that are to be found by it."""
    after, ends = 0, names.ends(cell)
    for end in ends:
        if not names.is_reused(cell, end):
            yield after, None
            return
        if end.to is None:
            yield after, end.sequence
        after = end.sequence
    yield after, None
