"""Who had which name when: a name may be given up by one client, and be another one's later."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cellwright.ledger.audit import read_detail
from cellwright.ledger.database.below import below
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text
from cellwright.model.address import AddressError, CellAddress
from cellwright.model.runs.event import (
    CELL_NAMED,
    CELL_RENAMED,
    CLIENT_MOVED,
    CLIENT_OFFBOARDED,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING_UNDONE,
    UNIT_ADOPTED,
    Event,
)

# The condition of the index that has these events, word for word: SQLite compares the text.
GIVEN_UP = text(
    "SELECT sequence, time, action, subject, detail FROM events"  # noqa: S608  constants, as below
    f" WHERE action IN ('{CELL_RENAMED}', '{CLIENT_OFFBOARDED}') ORDER BY sequence"
)
_BIRTHS = text(
    "SELECT sequence, time, action, detail FROM events WHERE subject = :cell AND sequence > :after"  # noqa: S608
    f" AND action IN ('{CELL_NAMED}', '{CLIENT_ONBOARDED}', '{CLIENT_ONBOARDING_UNDONE}') ORDER BY sequence"
)
_WORK = text(
    "SELECT 1 FROM events WHERE subject >= :first AND subject < :end AND sequence > :after"  # noqa: S608
    f" AND action IN ('unit.applied', 'unit.confirmed', '{UNIT_ADOPTED}') LIMIT 1"
)
_AFTERWARDS = ("certificate.", "offboarding.", "unit.renamed")
"""Beginnings of actions by which nobody begins to use a name: they tell of who had it before."""
_LEFT = "archived"


@dataclass(frozen=True, slots=True)
class End:
    """The moment at which a name was given up."""

    sequence: int
    """The event's number."""
    time: str
    to: CellAddress | None
    """The name that the cell has from then on; None: its client was offboarded."""


@dataclass(frozen=True, slots=True)
class Birth:
    """The moment at which a client got a name."""

    sequence: int
    time: str
    former: CellAddress | None
    """The name that it had before; None: it is a new client."""


@dataclass(slots=True)
class Names:
    """The names that were given up, read once: made anew for each use case. Raises DiagnosticError as others.

    A cell that was never renamed, and whose client was never offboarded, takes no part in it.
    """

    database: Database
    stands: Callable[[CellAddress], bool] = lambda _cell: False
    """Whether the fleet has a cell now: of one that was added by hand the trail may tell nothing yet."""
    _read: Mapping[str, Sequence[End]] | None = None
    _reused: dict[tuple[CellAddress, int], bool] = field(default_factory=dict)

    def holder(self, cell: CellAddress, at: int | str) -> CellAddress | None:
        """Give the present name of who had a name at an event, or at a time; None if it has none.

        None is for a client that was offboarded, if its name was another one's since.
        """
        while (end := _first(self.ends(cell), at)) is not None:
            if end.to is None:
                return None if self.is_reused(cell, end) else cell
            cell, at = end.to, end.sequence + 1
        return cell

    def holder_in(self, event: Event) -> CellAddress | None:
        """Give the present name of the client that an event is about; None: it has none, or there is none."""
        cell = cell_of(event.subject)
        if cell is None:
            return None
        at = event.sequence
        if _tells_of_before(event):
            before = self.end_before(cell, at)
            at = before.sequence if before is not None and not self._born(cell, before, at) else at
        return self.holder(cell, at)

    def ends(self, cell: CellAddress) -> Sequence[End]:
        """Give when a name was given up, the first time first."""
        if self._read is None:
            self._read = _ends(self.database)
        return self._read.get(str(cell), ())

    def end_before(self, cell: CellAddress, at: int | None = None) -> End | None:
        """Give when a name was given up last, before an event or at all; None: it never was."""
        return next((end for end in reversed(self.ends(cell)) if at is None or end.sequence < at), None)

    def life_before(self, cell: CellAddress) -> End | None:
        """Give the end of the life before the one that has a name, or had it last; None: there was none."""
        ends = list(self.ends(cell))
        while ends and ends[-1].to is None and not self.is_reused(cell, ends[-1]):
            ends.pop()
        return ends[-1] if ends else None

    def left_before(self, cell: CellAddress) -> str:
        """Give when a client was offboarded last whose name this was before; empty: none was.

        For what goes with a client to its new name: of that, only a client that is gone leaves something.
        """
        left = [end for end in self.ends(cell) if end.to is None and self.is_reused(cell, end)]
        return left[-1].time if left else ""

    def is_reused(self, cell: CellAddress, end: End) -> bool:
        """Tell whether a name that was given up was, or is, another client's."""
        key = (cell, end.sequence)
        if key not in self._reused:
            self._reused[key] = (
                any(item.to is not None and item.sequence > end.sequence for item in self.ends(cell))
                or bool(self.births(cell, end.sequence))
                or self._worked(cell, end.sequence)
                or self.stands(cell)
            )
        return self._reused[key]

    def births(self, cell: CellAddress, after: int = 0) -> list[Birth]:
        """Give when a name was given to somebody, after an event; what was taken back at once is left out."""
        found: list[Birth] = []
        with self.database.read() as connection:
            for row in connection.execute(_BIRTHS, {"cell": str(cell), "after": after}):
                if row.action != CLIENT_ONBOARDING_UNDONE:
                    former = read_detail(row.detail).get("from") if row.action == CELL_NAMED else None
                    found.append(Birth(row.sequence, row.time, cell_of(former)))
                elif found:
                    found.pop()
        return found

    def _born(self, cell: CellAddress, end: End, before: int) -> bool:
        return any(birth.sequence < before for birth in self.births(cell, end.sequence))

    def _worked(self, cell: CellAddress, after: int) -> bool:
        wanted = {**below(cell), "after": after}
        with self.database.read() as connection:
            return connection.execute(_WORK, wanted).first() is not None


def cell_of(subject: Any) -> CellAddress | None:  # noqa: ANN401  a part of a document
    """Give the cell of an address of a cell or a unit; None of what is none."""
    try:
        return CellAddress.parse("/".join(subject.split("/")[:2])) if isinstance(subject, str) else None
    except AddressError:
        return None


def _first(ends: Sequence[End], at: int | str) -> End | None:
    """Give the first end that comes after; an event that gives up a name is the last one of who had it."""
    if isinstance(at, int):
        return next((end for end in ends if end.sequence >= at), None)
    return next((end for end in ends if end.time > at), None)


def _tells_of_before(event: Event) -> bool:
    return event.action.startswith(_AFTERWARDS) or (
        event.action == CLIENT_MOVED and event.detail.get("to") == _LEFT
    )


def _ends(database: Database) -> Mapping[str, Sequence[End]]:
    found: dict[str, list[End]] = {}
    with database.read() as connection:
        rows = connection.execute(GIVEN_UP).all()
    for subject, end in _each(rows):
        found.setdefault(subject, []).append(end)
    return found


def _each(rows: Sequence[Any]) -> Iterator[tuple[str, End]]:
    for row in rows:
        to = cell_of(read_detail(row.detail).get("to")) if row.action == CELL_RENAMED else None
        yield row.subject, End(row.sequence, row.time, to)
