"""One cell: units, settings with provenance, outputs, history and events, each with an address of its own."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.client import client_level
from cellwright.app.clients.offboarding.standing import ClientLife, client_life
from cellwright.app.moves.relocate import Relocation, look_at_relocation
from cellwright.app.overview.cell import events_of, outputs, runs_of, unit_lines
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.settings import cell_origins, cell_settings, unit_inputs
from cellwright.app.overview.view import FleetView
from cellwright.app.people.who_can import who_can
from cellwright.app.session.names.holders import names_of
from cellwright.console.event_text import vouched_by
from cellwright.console.links import Filters
from cellwright.console.live.topics import Topic, followed
from cellwright.console.reading import cell_of, fleet_view
from cellwright.console.rendering import render
from cellwright.console.runs.words import KINDS, run_word
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.read.former_names import former_of
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()
_PLACED = 200
"""So many cells that are placed in this one are listed."""
_TABS = {
    "": "Units",
    "settings": "Settings",
    "outputs": "Outputs",
    "history": "History",
    "events": "Events",
    "access": "Access",
}


@router.get("/cells/{level}/{name}")
def units(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the cell's units and how they stand."""
    live = followed(services(request), Topic.FLEET)
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    if request.query_params.get("mark") == view.mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    lines = unit_lines(services(request).session, view, cell)
    return _page(request, visitor, view, cell, "", lines=lines, live=live)


@router.get("/cells/{level}/{name}/settings")
def settings(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the cell's keys and its units' inputs, each with the line that decides it."""
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    origins = cell_origins(view, cell.address)
    inputs = [
        (item.address, unit_inputs(view, item.address, origins))
        for item in unit_lines(services(request).session, view, cell)
        if item.stack is not None and item.state is not None
    ]
    own = cell_settings(view, cell.address, origins)
    return _page(request, visitor, view, cell, "settings", own=own, inputs=inputs)


@router.get("/cells/{level}/{name}/outputs")
def shown_outputs(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show what the cell's units have put out."""
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    found = outputs(services(request).session, [item.address for item in cell.units])
    return _page(request, visitor, view, cell, "outputs", outputs=found)


@router.get("/cells/{level}/{name}/history")
def history(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the runs that had units of the cell."""
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    before = request.query_params.get("before") or None
    found = runs_of(services(request).session, view, cell.address, before, visitor.holder_of)
    return _page(
        request,
        visitor,
        view,
        cell,
        "history",
        runs=found,
        word_of=run_word,
        kinds=KINDS,
        filters=Filters.of(request),
    )


@router.get("/cells/{level}/{name}/events")
def events(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show the events about the cell and its units."""
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    found = events_of(services(request).session, cell.address)
    return _page(request, visitor, view, cell, "events", events=found, vouched=vouched_by)


@router.get("/cells/{level}/{name}/access")
def access(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show who may do what here, and by which roles."""
    view = fleet_view(request, visitor)
    cell = cell_of(view, level, name)
    found = who_can(services(request).session, cell.address, cell.tags)
    manages = visitor.may_somewhere(Permission.ADMINISTER)
    return _page(request, visitor, view, cell, "access", people=found, manages=manages)


def _may_offboard(visitor: Visitor, view: FleetView, cell: CellEntry) -> bool:
    return cell.address.level == client_level(view.fleet.levels).name and _may_change(visitor, cell)


def _may_change(visitor: Visitor, cell: CellEntry) -> bool:
    needed = (Permission.APPLY, Permission.EDIT)
    return all(visitor.may(item, cell.address, cell.tags) for item in needed)


def _relocation(request: Request, view: FleetView, cell: CellEntry) -> Relocation | None:
    """Tell from where to where a cell is placed elsewhere; None: it is where it was applied."""
    level = next((item for item in view.fleet.levels if item.name == cell.address.level), None)
    if level is None or not level.placement or not cell.path:
        return None
    with suppress(DiagnosticError):
        return look_at_relocation(services(request).session, str(cell.address))
    return None


def _life(request: Request, view: FleetView, cell: CellEntry) -> ClientLife | None:
    """Tell the state of a client; None for a cell of a lower level, or where the ledger can't be asked."""
    if cell.address.level != client_level(view.fleet.levels).name:
        return None
    return client_life(services(request).session, cell.address.cell)


def _page(
    request: Request,
    visitor: SignedIn,
    view: FleetView,
    cell: CellEntry,
    tab: str,
    **values: Any,  # noqa: ANN401  what the tab's template names
) -> Response:
    return render(
        request,
        f"cell/cell_{tab or 'units'}.html",
        view=view,
        cell=cell,
        state=view.state(cell),
        tab=tab,
        tabs=_TABS,
        placed=[item for item in view.cells.values() if item.placement == cell.address][:_PLACED],
        may_edit=visitor.may(Permission.EDIT, cell.address, cell.tags),
        life=_life(request, view, cell),
        former=former_of(names_of(services(request).session), str(cell.address)),
        relocation=_relocation(request, view, cell),
        may_rename=bool(cell.path) and _may_change(visitor, cell),
        may_offboard=bool(cell.path) and _may_offboard(visitor, view, cell),
        **values,
    )
