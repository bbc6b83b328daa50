"""A cell's new name: what it would do, planned first, and the button that needs the new name typed."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.visitor import Visitor
from cellwright.app.moves.rename import plan_rename, planned_rename
from cellwright.app.moves.rename_values import RenamePlan, RenameReport, RenameRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.console.move_permits import demand_rename, refuse_pull_requests
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.runs.words import tally
from cellwright.console.services import services
from cellwright.console.typed_name import demand_typed
from cellwright.console.visitor import SignedIn
from cellwright.ledger.moves import MoveKind
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error
from cellwright.model.names import name_fault

router = APIRouter()
Short = Annotated[str, Form(max_length=500)]
Name = Annotated[str, Form(max_length=63)]
Seen = Annotated[str, Form(max_length=64)]


@router.get("/cells/{level}/{name}/rename")
def form(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Ask for the new name; one that was begun and has stopped goes on with the name that it was given."""
    cell = _cell(request, visitor, level, name)
    return _page(request, _wanted(cell, _begun(request, cell)))


@router.post("/cells/{level}/{name}/rename/plan")
def plan(
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    *,
    new: Name = "",
    reason: Short = "",
) -> Response:
    """Plan each unit under the new name; nothing is changed."""
    cell = _cell(request, visitor, level, name)
    wanted = _wanted(cell, new.strip(), reason)
    try:
        _demand(request, visitor, cell, wanted.new)
        found = plan_rename(services(request).fleet(), visitor.actor, wanted, Conversation())
    except DiagnosticError as fault:
        return _page(request, wanted, faults=fault.diagnostics, status=HTTPStatus.CONFLICT)
    shown = replace(found, others=tuple(filter(reach(visitor), found.others)))
    return _page(request, wanted, shown)


@router.post("/cells/{level}/{name}/rename")
def rename(  # noqa: PLR0913  the form's fields
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    *,
    new: Name = "",
    typed: Short = "",
    reason: Short = "",
    seen: Seen = "",
    allow_replace: Short = "",
) -> Response:
    """Rename the cell, if its new name was typed: planned once more, and refused where others are lost."""
    cell = _cell(request, visitor, level, name)
    wanted = replace(
        _wanted(cell, new.strip(), reason), seen=seen, allow_replace=bool(allow_replace and seen)
    )
    try:
        _demand(request, visitor, cell, wanted.new)
        demand_typed(typed, wanted.new, "type the new name as it is; plan it again")
        done = planned_rename(services(request).fleet(), visitor.actor, wanted, Conversation())
    except DiagnosticError as fault:
        return _page(request, wanted, faults=fault.diagnostics, status=HTTPStatus.CONFLICT)
    if done.kept or done.changes.mentions or done.warnings:
        return _page(request, wanted, done=done)
    return RedirectResponse(f"/cells/{done.names.cells[cell]}", HTTPStatus.SEE_OTHER)


def _wanted(cell: CellAddress, new: str, reason: str = "") -> RenameRequest:
    return RenameRequest(cell=str(cell), new=new, reason=reason.strip())


def _page(
    request: Request,
    wanted: RenameRequest,
    planned: RenamePlan | None = None,
    *,
    faults: tuple[Diagnostic, ...] = (),
    done: RenameReport | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    cell = CellAddress.parse(wanted.cell)
    preview = planned.preview if planned is not None else None
    lost = preview.lost if preview is not None else ()
    if planned is not None:
        faults = faults or planned.refused(replace(wanted, allow_replace=True))
    agree = "agree below" if not faults else "agree, once what is said above is mended"
    told = planned.refused(wanted, agree) if planned is not None else ()
    return render(
        request,
        "clients/rename.html",
        status,
        cell=cell,
        wanted=wanted,
        planned=planned,
        done=done,
        begun=_begun(request, cell),
        plans=[(unit, tally(plan.counts)) for unit, plan in preview.plans.items()] if preview else [],
        lost=lost,
        told=[item for item in told if item not in faults],
        faults=faults,
    )


def _demand(request: Request, visitor: Visitor, cell: CellAddress, new: str) -> None:
    """Refuse a name that is none, and whoever may not give it.

    Raises:
        PermissionRefusedError: they may not.
        DiagnosticError: it is none, or the fleet takes changes by pull request.
    """
    fault = name_fault(new)
    if fault is not None:
        raise DiagnosticError(error(f"'{new}' can't be its name: {fault}", "choose another one"))
    session = services(request).fleet()
    demand_rename(visitor, session, cell, new)
    refuse_pull_requests(session)


def _cell(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give a cell that the visitor may rename.

    Raises:
        MissingError: there is none.
        PermissionRefusedError: they may not.
    """
    session = services(request).fleet()
    cell = CellAddress(level, name)
    if cell not in session.snapshot().fleet.cells and not _begun(request, cell):
        raise MissingError(error(f"there is no cell '{cell}'", "the fleet's page lists every cell"))
    demand_rename(visitor, session, cell)
    return cell


def _begun(request: Request, cell: CellAddress) -> str:
    """Give the name that a rename which has stopped was to give; empty: none has."""
    move = services(request).session.ledger().moves.of(str(cell))
    if move is None or move.kind is not MoveKind.RENAME:
        return ""
    return CellAddress.parse(move.target).cell
