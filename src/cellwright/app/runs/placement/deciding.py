"""What rules that are not decided would decide now; nothing is claimed or written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cellwright.app.runs.placement.places import pending
from cellwright.app.runs.placement.placing import Wanted, decide, find_places
from cellwright.app.session.session import FleetSession
from cellwright.capacity.claims import PlaceClaim
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Cell, Fleet, Level
from cellwright.fleet.yaml.node import get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import Diagnostic, DiagnosticError


@dataclass(frozen=True, slots=True)
class WouldDecide:
    """A finding about a rule, and the same with what it would decide."""

    finding: Diagnostic
    said: Diagnostic


def as_written(session: FleetSession, fleet: Fleet, cell: Cell) -> Wanted:
    """Give a cell that waits for its rule, with its files; that which says where it is placed comes first.

    Raises:
        DiagnosticError: one can't be read.
    """
    level = next(level for level in fleet.levels if level.name == cell.address.level)
    files = FleetFiles(session.root)
    found = find_cells(files, level.cells, level.position, (cell.address.cell,)).cells
    names = found[cell.address.cell].files if cell.address.cell in found else (cell.path,)
    texts = {name: files.read_text(name) for name in names}
    first = next((name for name in names if _says(texts[name], level)), names[0])
    return Wanted(level, cell.address, texts[first], (first, *(name for name in names if name != first)))


def would_decide(session: FleetSession, fleet: Fleet, cells: Sequence[Cell]) -> Iterator[WouldDecide]:
    """Yield for each cell what its rule would decide, one after the other, as `place` would."""
    try:
        expected = list(pending(session, fleet))
    except DiagnosticError:
        expected = []  # the ledger says what is wrong with it where it is needed
    for cell in sorted(cells, key=lambda item: item.address):
        own = f"cellwright place {cell.address} "
        finding = next((item for item in fleet.diagnostics if item.detail.startswith(own)), None)
        if finding is None:
            continue
        try:
            placing = find_places(fleet, session, as_written(session, fleet, cell))
            chosen = decide(placing, expected) if placing is not None else None
        except DiagnosticError as failure:
            said = failure.diagnostics[0]
            yield WouldDecide(finding, replace(finding, detail=f"{said.summary}; {said.detail}"))
            continue
        if chosen is not None:
            expected.append(PlaceClaim(str(cell.address), chosen.place, chosen.uses))
            detail = f"it would be {chosen.place}: cellwright place {cell.address} writes that into its file"
            yield WouldDecide(finding, replace(finding, detail=detail))


def _says(text: str, level: Level) -> bool:
    root = read_document(text, "").root
    return root is not None and get_node(root, level.placement or "") is not None
