"""What is done to a run as a whole: cancel, pause, unpause, retry. Each says first how much it touches."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.run_view import RunRequest, RunView, run_view
from cellwright.app.runs.steering.cancel import RunToCancel, cancel
from cellwright.app.runs.steering.pause import RunToPause, RunToUnpause, moment_of, pause, unpause
from cellwright.app.runs.submit import submit_resume
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import demand_units, reach
from cellwright.console.rendering import render
from cellwright.console.runs.run_shown import run_shown
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
Reason = Annotated[str, Form(max_length=500)]
Until = Annotated[str, Form(max_length=40)]


@router.get("/runs/{run_id}/cancel")
def ask_to_cancel(request: Request, visitor: SignedIn, run_id: str) -> Response:
    """Say what cancelling the run would leave undone, and ask."""
    return _ask(request, visitor, run_id, Permission.CANCEL, "cancel")


@router.post("/runs/{run_id}/cancel")
def cancel_run(request: Request, visitor: SignedIn, run_id: str, reason: Reason = "") -> Response:
    """Record that the run is to stop; whoever carries it out finishes what was begun."""
    found = services(request)
    _demand(visitor, found.session, run_id, Permission.CANCEL)
    cancel(found.session, visitor.actor, RunToCancel(run=run_id, reason=reason.strip()))
    found.host.wake(run_id)
    return RedirectResponse(f"/runs/{run_id}", HTTPStatus.SEE_OTHER)


@router.get("/runs/{run_id}/pause")
def ask_to_pause(request: Request, visitor: SignedIn, run_id: str) -> Response:
    """Say how many units would not be begun for now, and ask."""
    return _ask(request, visitor, run_id, Permission.CANCEL, "pause")


@router.post("/runs/{run_id}/pause")
def pause_run(
    request: Request, visitor: SignedIn, run_id: str, reason: Reason = "", until: Until = ""
) -> Response:
    """Record that nothing more of the run is begun for now."""
    found = services(request)
    _demand(visitor, found.session, run_id, Permission.CANCEL)
    wanted = RunToPause(run=run_id, reason=reason.strip(), until=moment_of(until.strip()))
    pause(found.session, visitor.actor, wanted)
    return RedirectResponse(f"/runs/{run_id}", HTTPStatus.SEE_OTHER)


@router.get("/runs/{run_id}/unpause")
def ask_to_unpause(request: Request, visitor: SignedIn, run_id: str) -> Response:
    """Say who has paused the run and why, and ask."""
    return _ask(request, visitor, run_id, Permission.CANCEL, "unpause")


@router.post("/runs/{run_id}/unpause")
def unpause_run(request: Request, visitor: SignedIn, run_id: str, reason: Reason = "") -> Response:
    """Record that the run goes on."""
    found = services(request)
    _demand(visitor, found.session, run_id, Permission.CANCEL)
    unpause(found.session, visitor.actor, RunToUnpause(run=run_id, reason=reason.strip()))
    found.host.wake(run_id)
    return RedirectResponse(f"/runs/{run_id}", HTTPStatus.SEE_OTHER)


@router.get("/runs/{run_id}/retry")
def ask_to_retry(request: Request, visitor: SignedIn, run_id: str) -> Response:
    """Say which units would be tried again, and ask."""
    return _ask(request, visitor, run_id, Permission.APPLY, "retry")


@router.post("/runs/{run_id}/retry")
def retry_run(request: Request, visitor: SignedIn, run_id: str) -> Response:
    """Put what the run has left undone into the queue again; what is done is not repeated."""
    found = services(request)
    _demand(visitor, found.session, run_id, Permission.APPLY)
    submit_resume(found.fleet(), visitor.actor, run_id, found.host)
    return RedirectResponse(f"/runs/{run_id}", HTTPStatus.SEE_OTHER)


def _ask(request: Request, visitor: Visitor, run_id: str, permission: Permission, change: str) -> Response:
    view = _demand(visitor, services(request).session, run_id, permission)
    shown = run_shown(view, {})
    return render(request, "runs/run_change.html", shown=shown, run=view.run, change=change)


def _demand(visitor: Visitor, session: FleetSession, run_id: str, permission: Permission) -> RunView:
    """Give a run that the visitor may change: every cell of it.

    Raises:
        DiagnosticError: there is no such run.
        PermissionRefusedError: they may not.
    """
    view = run_view(session, RunRequest(run=run_id, units=(), readable=reach(visitor)))
    if not visitor.may(permission):
        whole = session.ledger().reader.run(run_id)
        units = [part.address for part in whole.units] if whole else []
        demand_units(visitor, permission, units, view.run.at)
    return view
