"""What is recorded of a cell: its units' outputs, its events, and who may do what there."""

from fastapi import Request, Response

from cellwright.api.fleet import cells as document
from cellwright.api.records import events as events_document
from cellwright.app.overview.cell import events_of
from cellwright.app.overview.cell import outputs as outputs_of
from cellwright.app.people.who_can import who_can
from cellwright.console.reading import cell_of, fleet_view
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Cell, Level
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import overview as schemas
from cellwright.console.wire.schemas import runs

router = noun_router()


@router.get("/cells/{level}/{cell}/outputs", response_model=schemas.Outputs)
def outputs(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give what the cell's units have put out; of a sensitive output only that it is there."""
    known = cell_of(fleet_view(request, visitor), level, cell)
    found = outputs_of(services(request).session, [item.address for item in known.units])
    return answer(request, document.outputs(known.address, found))


@router.get("/cells/{level}/{cell}/events", response_model=runs.Events)
def events(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give the newest events about the cell and its units, the newest first."""
    known = cell_of(fleet_view(request, visitor), level, cell)
    found = events_of(services(request).session, known.address)
    return answer(request, events_document.events(found, None))


@router.get("/cells/{level}/{cell}/access", response_model=schemas.Access)
def access(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Tell who may do what at the cell, and by which roles."""
    known = cell_of(fleet_view(request, visitor), level, cell)
    found = who_can(services(request).session, known.address, known.tags)
    return answer(request, document.access(known.address, found))
