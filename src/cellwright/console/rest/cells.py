"""Cells: found by level, state and words; each with its units and settings."""

from typing import Annotated

from fastapi import Query, Request, Response

from cellwright.access.roles import Permission
from cellwright.api import cells as document
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.tiles import TileOrder, TileQuery, tiles
from cellwright.console.permits import demand_cell
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import Cell, Level, Words, cell_address
from cellwright.console.wire.problems import absent
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas

router = noun_router()


@router.get("/cells", response_model=schemas.Cells)
def cells(
    request: Request,
    visitor: SignedIn,
    level: Words = "",
    state: Annotated[list[CellState], Query(max_length=20, description="None means any.")] = [],  # noqa: B006  FastAPI copies it
    q: Annotated[Words, Query(description="Words in the address, a label or a tag.")] = "",
    cursor: Annotated[int, Query(ge=1, le=1_000_000, description="`next` of the page before.")] = 1,
) -> Response:
    """List cells by level and name, 200 a page, and how they stand."""
    visitor.demand_somewhere(Permission.READ)
    view = services(request).overview.view()
    if not visitor.may(Permission.READ):
        view = view.restricted(lambda item: visitor.may(Permission.READ, item.address, item.tags))
    query = TileQuery(level=level, states=frozenset(state), text=q, order=TileOrder.NAME, page=cursor)
    found = tiles(view, query)
    following = str(cursor + 1) if cursor < found.pages else None
    beyond = cursor > found.pages  # such a page has nothing, where the console shows the last one
    shown = [] if beyond else [(tile.cell, tile.state) for tile in found.tiles]
    return page(request, document.cells(shown, found.counts, following), following)


@router.get("/cells/{level}/{cell}", response_model=schemas.Cell)
def cell(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Give one cell: where it lies, how it stands, and how each of its units does."""
    address = cell_address(level, cell)
    found = services(request)
    demand_cell(visitor, Permission.READ, found.session, address)
    view = found.overview.view()
    entry = view.cells.get(address)
    if entry is None:
        raise absent(f"there is no cell '{address}'", "GET /api/v1/cells lists the cells")
    return answer(request, document.cell(entry, view.state(entry)))
