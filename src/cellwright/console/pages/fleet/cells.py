"""The fleet: every cell as a tile, by level, with filters that all stand in the address."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.lives import lives
from cellwright.app.overview.tiles import TAG, Tile, TileOrder, TilePage, TileQuery, facets, tiles
from cellwright.app.overview.view import FleetView
from cellwright.console.links import Filters
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.pictures.squares import Squares, squares
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState

USUAL = frozenset({"account", "region", "ring", "tier", TAG})
"""Labels by which most fleets are looked through; the others are a click away."""
router = APIRouter()
NAVIGATION = Entry("Fleet", "/cells", key="f", order=20, icon="cells")
_MAPPED = 60
"""From so many cells of a level on, all are shown as small squares, too."""
_OWN = frozenset({"level", "state", "life", "q", "sort", "page"})
_LIVES = {state.value: state for state in ClientState}
_STATES = {state.value: state for state in CellState}
_ORDERS = {order.value: order for order in TileOrder}


@router.get("/cells")
def cells(request: Request, visitor: SignedIn) -> Response:
    """Show the cells that the filters let through."""
    live = followed(services(request), Topic.FLEET)
    view = fleet_view(request, visitor)
    if request.query_params.get("mark") == view.mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    filters = Filters.of(request)
    level = filters.get("level")
    found = facets(view, level)
    query = _query(filters, frozenset(item.key for item in found))
    states = lives(services(request).session, view)
    page = tiles(view, query, states)
    return render(
        request,
        "fleet/cells.html",
        view=view,
        live=live,
        filters=filters,
        query=query,
        facets=found,
        usual=USUAL,
        page=page,
        groups=_groups(page, query),
        orders=tuple(TileOrder),
        states=tuple(CellState),
        lives=_counted(states),
        maps=_maps(view, level),
        may_onboard=visitor.may_somewhere(Permission.ONBOARD),
    )


def _counted(found: Mapping[CellAddress, ClientState]) -> dict[ClientState, int]:
    """Count the states of clients, in the order of a life."""
    counts = Counter(found.values())
    return {state: counts[state] for state in ClientState if counts[state]}


def _query(filters: Filters, labels: frozenset[str]) -> TileQuery:
    """Read the filters; what is no state, order or label is left alone."""
    states = (_STATES.get(name) for name in filters.get("state").split(","))
    lives_wanted = (_LIVES.get(name) for name in filters.get("life").split(","))
    wanted = {key: text for key, text in filters.items().items() if key in labels | {TAG} and key not in _OWN}
    return TileQuery(
        level=filters.get("level"),
        states=frozenset(state for state in states if state is not None),
        lives=frozenset(state for state in lives_wanted if state is not None),
        text=filters.get("q"),
        labels=wanted,
        order=_ORDERS.get(filters.get("sort"), TileOrder.NAME),
        page=filters.number("page"),
    )


def _groups(page: TilePage, query: TileQuery) -> list[tuple[str, list[Tile]]]:
    """Put the tiles under their levels, unless they are sorted across levels."""
    if query.order is not TileOrder.NAME:
        return [("", list(page.tiles))] if page.tiles else []
    by_level = groupby(page.tiles, key=lambda tile: tile.cell.address.level)
    return [(level, list(group)) for level, group in by_level]


def _map(view: FleetView, level: str) -> Squares:
    return squares([state for cell, state in view.states.items() if cell.level == level])


def _maps(view: FleetView, level: str) -> dict[str, Squares]:
    """Draw the large levels as squares, one for each cell, in the order of names."""
    return {
        name: view.once((squares, name), partial(_map, view, name))
        for name, counts in view.counts.items()
        if counts.total() >= _MAPPED and (not level or level == name)
    }
