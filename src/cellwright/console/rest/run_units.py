"""One unit of a run: where it is and why, its plan, and what was said of it."""

from fastapi import Request, Response

from cellwright.access.roles import Permission
from cellwright.api.runs import runs as document
from cellwright.app.overview.unit_view import run_unit_view
from cellwright.console.permits import reach
from cellwright.console.rest.runs import seen_run
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Cell, Level, RunId, Stack, unit_address
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import overview as schemas

router = noun_router()


@router.get("/runs/{run}/units/{level}/{cell}/{stack}", response_model=schemas.RunUnit)
def unit(request: Request, visitor: SignedIn, run: RunId, level: Level, cell: Cell, stack: Stack) -> Response:
    """Give one unit of a run: where it is, what it waits for, its plan, its diagnostics."""
    address = unit_address(level, cell, stack)
    session = services(request).session
    visitor.demand_then(Permission.READ, address.of_cell, seen_run(visitor, session, run).at)
    return answer(request, document.run_unit(run_unit_view(session, run, address, reach(visitor))))
