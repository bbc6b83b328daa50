"""What the ledger knows of cells' places beside the files: cells to come, cells that are gone, and room."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.capacity.book import CapacityBook, read_book
from cellwright.capacity.choosing import Candidate, choose, refusal
from cellwright.capacity.claims import PlaceClaim, unseen
from cellwright.capacity.places import is_active, setting_position
from cellwright.fleet.fleet import Fleet
from cellwright.git.repository import Commit
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic


def pending(session: FleetSession, fleet: Fleet, but: CellAddress | None = None) -> tuple[PlaceClaim, ...]:
    """Give the claims of cells that are to come: no file of this clone has them.

    Raises:
        DiagnosticError: the ledger or git can't be read.
    """
    if not is_active(fleet):
        return ()
    known = session.ledger().placements.claims()
    return tuple(unseen(known, fleet, {*known_gone(session, fleet, known), str(but)}).values())


def with_claims(book: CapacityBook, claims: Iterable[PlaceClaim]) -> CapacityBook:
    """Give a book that counts the cells to come, too."""
    return book.expecting({item.cell: (item.place, item.uses) for item in claims})


def known_gone(session: FleetSession, fleet: Fleet, claims: Iterable[PlaceClaim]) -> frozenset[str]:
    """Give the cells that this clone knows to be gone: its commits had them, and its files no longer do.

    A claim that is newer than the last such commit comes from another clone, and holds.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    waiting = {str(address) for address, cell in fleet.cells.items() if cell.rule is not None}
    doubtful = {cell: item for cell, item in unseen(claims, fleet).items() if cell not in waiting}
    if not doubtful:
        return frozenset()
    repository = session.repository()
    if repository is None:  # there is no other clone
        return frozenset(doubtful)
    levels = {level.name: level for level in fleet.levels}
    gone: set[str] = set()
    for cell, claim in doubtful.items():
        level, _, name = cell.partition("/")
        if level not in levels:
            gone.add(cell)
            continue
        folder = session.root / levels[level].cells
        paths = (folder / name, folder / f"{name}.yaml")
        commits = [commit for path in paths for commit in repository.history(path, 1)]
        if any(_is_later(commit, claim) for commit in commits):
            gone.add(cell)
    return frozenset(gone)


def _is_later(commit: Commit, claim: PlaceClaim) -> bool:
    """Tell whether a commit was made after a claim; git keeps whole seconds."""
    if claim.claimed is None:
        return True
    return datetime.fromisoformat(commit.time) >= claim.claimed.replace(microsecond=0)


def overfull_cells(
    fleet: OpenFleet, cells: Collection[CellAddress], *, claiming: bool
) -> Mapping[CellAddress, Diagnostic]:
    """Say which of these cells may not be applied, because there is no room for them where they are placed.

    What stands, or is claimed, has its room; of the others as many may come as fit, in the order of names.
    With `claiming`, their room is claimed.

    Raises:
        DiagnosticError: the ledger or git can't be read.
    """
    if not is_active(fleet.fleet):
        return {}
    wanted = {item.cell: item for item in _claims_of(fleet.fleet, cells)}
    known = {item.cell: item for item in fleet.ledger.placements.claims()} if wanted else {}
    unsettled = [item for item in wanted.values() if _place(known, item.cell) != item.place]
    standing = frozenset(map(_cell_of, fleet.ledger.reader.heads())) if unsettled else frozenset()
    new = [item for item in unsettled if item.cell in known or item.cell not in standing]
    gone = known_gone(fleet.session, fleet.fleet, known.values()) if new else frozenset()
    whole = fleet.fleet if fleet.fleet.within is None or not new else fleet.session.snapshot().fleet
    refused: dict[CellAddress, Diagnostic] = {}

    def decide(claims: Sequence[PlaceClaim]) -> Iterator[PlaceClaim]:
        coming = {item.cell for item in new}
        yield from (item for item in wanted.values() if item.cell not in coming)
        if new:
            counted = standing.union(item.cell for item in claims) - coming
            there = {
                address: cell
                for address, cell in whole.cells.items()
                if cell.placement is None or str(address) in counted
            }
            book, _ = read_book(replace(whole, cells=there))
            book = with_claims(book, unseen(claims, whole, {*gone, *coming}).values())
            yield from _fitting(whole, book, new, refused)

    if claiming:
        fleet.ledger.placements.claim(decide)
    else:
        list(decide(list(known.values())))
    return refused


def _claims_of(fleet: Fleet, cells: Collection[CellAddress]) -> Iterator[PlaceClaim]:
    for address in sorted(cells):
        cell = fleet.cells.get(address)
        if cell is not None and cell.placement is not None:
            yield PlaceClaim(str(address), cell.placement.cell, fleet.units.resources(address))


def _place(known: Mapping[str, PlaceClaim], cell: str) -> str | None:
    return known[cell].place if cell in known else None


def _cell_of(unit: UnitAddress) -> str:
    return str(unit.of_cell)


def _fitting(
    fleet: Fleet,
    book: CapacityBook,
    new: Iterable[PlaceClaim],
    refused: dict[CellAddress, Diagnostic],
) -> Iterator[PlaceClaim]:
    """Yield those that fit, one after the other; note why the others do not."""
    refused.clear()
    for item in new:
        candidates = [Candidate(item.place, item.uses)]
        if item.place not in book.places or choose(book, candidates, "fill") is not None:
            book = with_claims(book, (item,))
            yield item
            continue
        address = CellAddress.parse(item.cell)
        level = next(level for level in fleet.levels if level.name == address.level)
        place = setting_position(fleet, address, level.placement or "name")
        refused[address] = refusal(book, candidates, f"there is no room for {item.cell}", place)
