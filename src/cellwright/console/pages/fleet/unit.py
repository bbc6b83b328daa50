"""One unit: how it stands and why, its inputs with provenance, outputs, neighbours, runs and events."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.app.drift.listing import show_known
from cellwright.app.overview.cell import (
    applied_unit,
    events_of,
    neighbours,
    newest_event,
    outputs,
    runs_of,
    unit_lines,
)
from cellwright.app.overview.settings import unit_inputs
from cellwright.console.event_text import vouched_by
from cellwright.console.links import Filters
from cellwright.console.live.topics import Topic, followed
from cellwright.console.reading import fleet_view, unit_of
from cellwright.console.rendering import render
from cellwright.console.runs.words import KINDS, run_word
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
_FEW = 20


@router.get("/units/{level}/{name}/{stack}")
def unit(request: Request, visitor: SignedIn, level: str, name: str, stack: str) -> Response:
    """Show all that is known of a unit."""
    live = followed(services(request), Topic.RUNS)
    view = fleet_view(request, visitor)
    cell, address = unit_of(view, level, name, stack)
    session = services(request).session
    mark = f"{view.mark}-{newest_event(session, address)}"
    if request.query_params.get("mark") == mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    filters = Filters.of(request)
    line = next((item for item in unit_lines(session, view, cell) if item.address == address), None)
    return render(
        request,
        "cell/unit.html",
        view=view,
        live=live,
        here=filters.address(mark=mark, before=filters.get("before")),
        cell=cell,
        address=address,
        line=line,
        applied=applied_unit(session, address),
        inputs=unit_inputs(view, address) if line is not None and line.state is not None else (),
        outputs=outputs(session, [address]),
        neighbours=neighbours(view, address),
        drift=show_known(session, address),
        word_of=run_word,
        kinds=KINDS,
        runs=runs_of(session, view, address, request.query_params.get("before") or None, visitor.holder_of),
        events=events_of(session, address)[:_FEW],
        vouched=vouched_by,
        filters=filters,
    )
