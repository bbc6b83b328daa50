"""What depends on what, drawn, and as a list that says the same."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.app.overview.graph import MOST, cell_graph, stack_graph
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.reading import cell_of, fleet_view
from cellwright.console.rendering import render
from cellwright.console.runs.drawing import draw
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Graph", "/graph", key="d", order=60, group="Fleet", icon="graph")


@router.get("/graph")
def graph(request: Request, visitor: SignedIn) -> Response:
    """Show the stacks of all levels, or with `cell` one cell's units and what they stand on."""
    view = fleet_view(request, visitor)
    filters = Filters.of(request)
    wanted = filters.get("cell")
    level, _, name = wanted.partition("/")
    cell = cell_of(view, level, name) if wanted else None
    nodes = cell_graph(view, cell.address) if cell is not None else stack_graph(view)
    drawing = draw({node.key: node.needs for node in nodes}) if 0 < len(nodes) <= MOST else None
    return render(
        request,
        "fleet/graph.html",
        view=view,
        filters=filters,
        cell=cell,
        nodes=nodes,
        by_key={node.key: node for node in nodes},
        drawing=drawing,
    )
