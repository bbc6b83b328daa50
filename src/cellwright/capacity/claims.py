"""Claims: where cells are placed that other clones do not see yet.

The files say where a cell is. A claim says the same to other clones until git brings them the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cellwright.fleet.capacity import Resources
from cellwright.fleet.fleet import Fleet


@dataclass(frozen=True, slots=True)
class PlaceClaim:
    """A cell has its place, and what it uses there."""

    cell: str
    """The cell's address as text: it may be in no file of this clone."""
    place: str
    uses: Resources
    claimed: datetime | None = None
    """Since when, as the ledger has it."""


def unseen(claims: Iterable[PlaceClaim], fleet: Fleet, gone: Iterable[str] = ()) -> Mapping[str, PlaceClaim]:
    """Give the claims of cells that no file of this clone places, by cell; `gone` ones hold no more."""
    # A cell that waits for its rule to be decided is in the files, but they do not say where it is.
    here = {str(address) for address, cell in fleet.cells.items() if cell.rule is None}
    over = set(gone)
    return {item.cell: item for item in claims if item.cell not in here and item.cell not in over}
