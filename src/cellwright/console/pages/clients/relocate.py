"""A cell that is placed elsewhere than where it was applied: what that means, and what allows it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.visitor import Visitor
from cellwright.app.moves.relocate import Relocation, look_at_relocation, relocate
from cellwright.console.move_permits import demand_relocation
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.typed_name import demand_typed
from cellwright.console.visitor import SignedIn
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error

router = APIRouter()
Short = Annotated[str, Form(max_length=500)]


@router.get("/cells/{level}/{name}/relocate")
def form(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Tell where the cell was applied and where it is placed now, and ask for its name."""
    cell = _cell(request, visitor, level, name)
    return _page(request, cell)


@router.post("/cells/{level}/{name}/relocate")
def allow(  # noqa: PLR0913  the form's fields
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    *,
    former: Short = "",
    now: Short = "",
    typed: Short = "",
    reason: Short = "",
) -> Response:
    """Allow that the cell is made anew between the places that were seen; nothing is applied."""
    cell = _cell(request, visitor, level, name)
    session = services(request).fleet()
    try:
        demand_typed(typed, cell.cell, "type the cell's name as it is")
        seen = replace(look_at_relocation(session, str(cell)), before=former, now=now)
        relocate(session, visitor.actor, seen, reason.strip())
    except DiagnosticError as fault:
        return _page(request, cell, reason, fault.diagnostics, HTTPStatus.CONFLICT)
    return RedirectResponse(f"/cells/{cell}/relocate", HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    cell: CellAddress,
    reason: str = "",
    faults: tuple[Diagnostic, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    found: Relocation | None = None
    try:
        found = look_at_relocation(services(request).fleet(), str(cell))
    except DiagnosticError as fault:
        faults = faults or fault.diagnostics
    values = {"cell": cell, "found": found, "reason": reason, "faults": faults}
    return render(request, "clients/relocate.html", status, **values)


def _cell(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give a cell that the visitor may have made anew elsewhere.

    Raises:
        MissingError: there is none.
        PermissionRefusedError: they may not.
    """
    cell = CellAddress(level, name)
    if cell not in services(request).fleet().snapshot().fleet.cells:
        raise MissingError(error(f"there is no cell '{cell}'", "the fleet's page lists every cell"))
    demand_relocation(visitor, cell)
    return cell
