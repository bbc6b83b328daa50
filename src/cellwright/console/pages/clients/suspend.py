"""Suspend a client, or reinstate it: what that does, and the button."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.client import client_level
from cellwright.app.clients.offboarding.standing import client_life
from cellwright.app.clients.onboarding.preview import preview_edit
from cellwright.app.clients.onboarding.proposing import propose_edit, pull_requests
from cellwright.app.clients.submit import submit_suspension
from cellwright.app.clients.suspend import SuspendRequest, suspension_edit
from cellwright.app.clients.unit_changes import UnitChange
from cellwright.app.session.session import FleetSession
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.fleet.lifecycle import is_suspended
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error

router = APIRouter()
Short = Annotated[str, Form(max_length=500)]


@router.get("/cells/{level}/{name}/suspend")
def form(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Tell what suspending or reinstating the client changes."""
    return _page(request, visitor, _cell(request, visitor, level, name))


@router.post("/cells/{level}/{name}/suspend")
def suspend(
    request: Request, visitor: SignedIn, level: str, name: str, reason: Short = "", reinstate: Short = ""
) -> Response:
    """Set the key in the client's file, commit it, and start the run that applies it."""
    cell = _cell(request, visitor, level, name)
    found = services(request)
    session = found.fleet()
    wanted = SuspendRequest(name=cell.cell, suspended=not reinstate, reason=reason.strip())
    try:
        if pull_requests(session) is not None:
            propose_edit(session, visitor.actor, suspension_edit(session, wanted)[1])
            return RedirectResponse(f"/onboard/proposed/{cell}", HTTPStatus.SEE_OTHER)
        done = submit_suspension(session, visitor.actor, wanted, found.host)
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault, HTTPStatus.CONFLICT)
    place = f"/runs/{done.run}" if done is not None else f"/cells/{cell}"
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    visitor: Visitor,
    cell: CellAddress,
    fault: DiagnosticError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    del visitor
    session = services(request).fleet()
    suspended = is_suspended(session.snapshot().fleet.cells.get(cell))
    changes, refusal = _changes(session, SuspendRequest(name=cell.cell, suspended=not suspended))
    told = fault or refusal
    return render(
        request,
        "clients/suspend.html",
        status,
        cell=cell,
        suspended=suspended,
        life=client_life(session, cell.cell),
        changes=changes,
        faults=told.diagnostics if told is not None else (),
        possible=refusal is None,
    )


def _changes(
    session: FleetSession, wanted: SuspendRequest
) -> tuple[tuple[UnitChange, ...], DiagnosticError | None]:
    """Give what it changes of the client's units; or why it can't be done."""
    try:
        _, edit = suspension_edit(session, wanted)
        found = preview_edit(session, edit.cell, edit.texts)
    except DiagnosticError as fault:
        return (), fault
    return tuple(found.units), None if found.fits else DiagnosticError(*found.findings)


def _cell(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give a client that the visitor may change.

    Raises:
        MissingError: there is none.
        PermissionRefusedError: they may not.
    """
    fleet = services(request).fleet().snapshot().fleet
    cell = CellAddress(level, name)
    if cell not in fleet.cells or level != client_level(fleet.levels).name:
        raise MissingError(error(f"there is no client '{cell}'", "the fleet's page lists every cell"))
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, cell)
    return cell
