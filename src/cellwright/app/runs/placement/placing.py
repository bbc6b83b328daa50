"""Places a new cell: the place that it names, or the one that a rule chooses, has to have room for it.

What was decided is claimed in the ledger until the cell's file is everywhere: two onboardings at once never
overfill a place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cellwright.app.runs.placement.places import known_gone, pending, with_claims
from cellwright.app.session.session import FleetSession
from cellwright.capacity.book import CapacityBook, read_book
from cellwright.capacity.choosing import Candidate, choose, refusal
from cellwright.capacity.claims import PlaceClaim, unseen
from cellwright.capacity.places import is_active
from cellwright.capacity.rules import allowed_places
from cellwright.fleet.capacity import PlacementRule, Resources
from cellwright.fleet.edit import cell_text, new_cell_file
from cellwright.fleet.fleet import Fleet, Level, levels_below, place_levels
from cellwright.fleet.load.new_cell import AsWritten, NewCell
from cellwright.fleet.yaml.editor import with_key
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell that is to be placed, as its text says."""

    level: Level
    cell: CellAddress
    text: str
    files: tuple[str, ...] = ()
    """Its files, if it has any; `text` is that of the first one."""

    @property
    def path(self) -> str:
        """The file that the text is of, relative to the fleet's root."""
        return self.files[0] if self.files else new_cell_file(self.level.cells, self.cell.cell)

    def resolver(self, session: FleetSession) -> NewCell:
        """Give what resolves it."""
        return session.new_cell(self.cell, *(self.files or (self.path,)))


@dataclass(frozen=True, slots=True)
class Placing:
    """The candidates for a cell's place, and what is known of all places without it."""

    wanted: Wanted
    rule: PlacementRule | None
    candidates: tuple[Candidate, ...]
    book: CapacityBook


def claim_place(session: FleetSession, fleet: Fleet, wanted: Wanted) -> str | None:
    """Decide where a new cell is placed, and claim the room there; None if there is nothing to decide.

    Whoever calls this holds the fleet's lock until the cell's file is committed, and takes the claim back
    (`Placements.withdraw`) if it can't be.

    Raises:
        DiagnosticError: no place that is allowed has room, or its rule allows none.
    """
    placing = find_places(fleet, session, wanted)
    if placing is None:
        return None
    if not is_active(fleet):  # nothing is counted, so nothing can be overfilled
        return decide(placing, ()).place
    placements = session.ledger(writing=True).placements
    gone = known_gone(session, fleet, placements.claims())
    chosen: list[Candidate] = []

    def claims(known: Sequence[PlaceClaim]) -> Iterable[PlaceClaim]:
        chosen[:] = [decide(placing, unseen(known, fleet, {*gone, str(wanted.cell)}).values())]
        yield PlaceClaim(str(wanted.cell), chosen[0].place, chosen[0].uses)

    placements.claim(claims)
    return chosen[0].place


@dataclass(frozen=True, slots=True)
class Tried:
    """What placing a new cell would come to."""

    text: str
    """Its text, with its place if that was decided."""
    faults: tuple[Diagnostic, ...] = ()
    """Why it can't be placed."""
    uses: Resources | None = None
    """What it would use; None if that is not known."""


def try_place(session: FleetSession, wanted: Wanted) -> Tried:
    """Decide as `claim_place` would now; nothing is claimed, so others may take the room first."""
    if wanted.level.placement is None or not may_be_placed(session, wanted):
        return Tried(wanted.text)
    placing: Placing | None = None
    try:
        fleet = session.snapshot().fleet
        placing = find_places(fleet, session, wanted)
        if placing is None:
            return Tried(wanted.text)
        chosen = decide(placing, pending(session, fleet, wanted.cell))
        return Tried(placed_text(wanted, chosen.place), (), chosen.uses)
    except DiagnosticError as failure:
        known = placing.candidates[0].uses if placing is not None and placing.candidates else None
        return Tried(wanted.text, failure.diagnostics, known)


def decide(placing: Placing, expected: Iterable[PlaceClaim]) -> Candidate:
    """Choose the place among the candidates.

    Raises:
        DiagnosticError: none has room.
    """
    book = with_claims(placing.book, expected)
    chosen = choose(book, placing.candidates, book.settings.strategy)
    if chosen is None:
        cell, rule = placing.wanted.cell, placing.rule
        what = f"{cell} can't be placed by {rule}" if rule is not None else f"{cell} can't be placed there"
        raise DiagnosticError(refusal(book, placing.candidates, what))
    return chosen


def find_places(fleet: Fleet, session: FleetSession, wanted: Wanted) -> Placing | None:
    """Find the places that a cell may have; None if none is to be chosen or checked.

    That is so where its level has no placement, nothing is counted and it names its place, or what it says
    can't be resolved: loading the fleet with it tells why.

    Raises:
        DiagnosticError: its rule allows no place.
    """
    if wanted.level.placement is None:
        return None
    new = wanted.resolver(session)
    written = new.with_text(wanted.text)
    if written is None or (written.rule is None and (written.placement is None or not is_active(fleet))):
        return None
    book, _ = read_book(_without(fleet, wanted.cell))
    if written.rule is not None:
        hosting = place_levels(levels_below(fleet.levels, wanted.level.name))
        names = allowed_places(book, written.rule, {level.name for level in hosting})
        return Placing(wanted, written.rule, tuple(_candidates(fleet, new, wanted, names)), book)
    if written.placement not in book.places:
        return None
    return Placing(wanted, None, (_candidate(fleet, written.placement or "", written, ()),), book)


def may_be_placed(session: FleetSession, wanted: Wanted) -> bool:
    """Tell whether a place has to have room for a new cell, or a rule is to choose it.

    Reads no other cell of its level.
    """
    new = wanted.resolver(session)
    written = None if new.counted else new.with_text(wanted.text)
    return new.counted or (written is not None and written.rule is not None)


def placed_text(wanted: Wanted, place: str) -> str:
    """Give a cell's text with its place.

    Raises:
        DiagnosticError: the text is written in a form that can't be edited.
    """
    key = wanted.level.placement or ""
    if wanted.text == cell_text({}):
        return cell_text({key: place})
    return with_key(wanted.text, key, place, wanted.path)


def _without(fleet: Fleet, cell: CellAddress) -> Fleet:
    """Give the fleet without a cell: one that lies there uncommitted does not count before it is placed."""
    if cell not in fleet.cells:
        return fleet
    return replace(fleet, cells={key: item for key, item in fleet.cells.items() if key != cell})


def _candidates(fleet: Fleet, new: NewCell, wanted: Wanted, names: Iterable[str]) -> Iterator[Candidate]:
    """Yield each place with the cell as it would be there."""
    found = {name: new.with_text(placed_text(wanted, name)) for name in names}
    known = {name: item for name, item in found.items() if item is not None}
    # What is wrong everywhere is not the place's fault: loading the fleet with the cell tells it.
    common = set.intersection(*(set(item.faults) for item in known.values())) if known else set()
    for name, item in known.items():
        yield _candidate(fleet, name, item, [fault for fault in item.faults if fault not in common])


def _candidate(fleet: Fleet, name: str, written: AsWritten, faults: Iterable[str]) -> Candidate:
    absent = [str(unit) for unit in written.needs if not _is_there(fleet, unit)]
    return Candidate(name, written.uses, tuple(dict.fromkeys((*absent, *faults))))


def _is_there(fleet: Fleet, unit: UnitAddress) -> bool:
    return unit in fleet.units and fleet.units.is_enabled(unit)
