"""A client's offboarding: what would go, the button that needs the name typed, and the page that follows."""

from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.client import client_level
from cellwright.app.clients.offboard import Doomed, OffboardRequest, prepare_offboard
from cellwright.app.clients.offboarding.asking import (
    approve_offboarding,
    cancel_offboarding,
    lay_legal_hold,
    lift_legal_hold,
)
from cellwright.app.clients.offboarding.following_offboard import (
    LeavingProgress,
    LeavingStage,
    follow_offboarding,
)
from cellwright.app.clients.offboarding.judging import Judged, judged
from cellwright.app.clients.offboarding.planned import PlannedLeave, look_at_plan
from cellwright.app.clients.submit import submit_offboard, submit_offboard_plan
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.app.status.hold import hold_end
from cellwright.console.live.topics import Topic, followed
from cellwright.console.pages.clients.unit_states import unit_state
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.engine.approval import NAME_TYPED
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.offboarding import Phase
from cellwright.model.settings.offboarding_settings import length

router = APIRouter()
_STAGES = {
    LeavingStage.NOT_BEGUN: ("not begun", "off"),
    LeavingStage.PLANNING: ("plans are made and judged", "run"),
    LeavingStage.HOLDING: ("on hold", "wait"),
    LeavingStage.EXPORTING: ("data is exported", "run"),
    LeavingStage.VERIFYING: ("what was destroyed is looked for", "run"),
    LeavingStage.RUNNING: ("being destroyed", "run"),
    LeavingStage.WAITING: ("waits for approval", "wait"),
    LeavingStage.STOPPED: ("stopped", "bad"),
    LeavingStage.DESTROYED: ("settings are being removed", "run"),
    LeavingStage.GONE: ("gone", "off"),
}
_STOPPED = ("stands still", "wait")
Short = Annotated[str, Form(max_length=500)]


@router.get("/cells/{level}/{name}/offboard")
def offboarding(
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    plan: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Say what would go and what its `plan` has come to; once it was begun, follow it to its end."""
    return _page(request, visitor, _seen(request, visitor, level, name), plan=plan)


@router.post("/cells/{level}/{name}/offboard/plan")
def plan_offboard(request: Request, visitor: SignedIn, level: str, name: str, reason: Short = "") -> Response:
    """Plan what would be destroyed; nothing is begun by it."""
    cell = _cell(request, visitor, level, name)
    found = services(request)
    wanted = OffboardRequest(name=cell.cell, reason=reason.strip(), readable=reach(visitor))
    try:
        made = submit_offboard_plan(found.fleet(), visitor.actor, wanted, found.host)
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault, HTTPStatus.CONFLICT)
    return RedirectResponse(f"/cells/{cell}/offboard?plan={made.run}", HTTPStatus.SEE_OTHER)


@router.post("/cells/{level}/{name}/offboard")
def offboard(  # noqa: PLR0913  the form's fields
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    *,
    typed: Short = "",
    reason: Short = "",
    plan: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Begin, if its plans were seen and the client's name was typed, or go on where it stopped.

    Only a typed name approves.
    """
    cell = _cell(request, visitor, level, name)
    found = services(request)
    session = found.fleet()
    begun = follow_offboarding(session, cell).stage is not LeavingStage.NOT_BEGUN
    is_typed = typed.strip() == cell.cell
    if not begun and not is_typed:
        fault = DiagnosticError(error(f"the name was not '{cell.cell}'", "type the client's name as it is"))
        return _page(request, visitor, cell, fault, HTTPStatus.UNPROCESSABLE_ENTITY, plan)
    if not begun and not plan and not _is_gone(session, cell):
        fault = DiagnosticError(error("nobody has seen the plans yet", "have its destruction planned first"))
        return _page(request, visitor, cell, fault, HTTPStatus.UNPROCESSABLE_ENTITY)
    how = NAME_TYPED if is_typed and _approves(session, visitor, cell) else ""
    wanted = OffboardRequest(
        name=cell.cell, reason=reason.strip(), readable=reach(visitor), planned="" if begun else plan
    )
    try:
        submit_offboard(session, visitor.actor, wanted, found.host, how)
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault, HTTPStatus.CONFLICT, plan)
    return RedirectResponse(f"/cells/{cell}/offboard", HTTPStatus.SEE_OTHER)


@router.post("/cells/{level}/{name}/offboard/cancel")
def cancel(request: Request, visitor: SignedIn, level: str, name: str, reason: Short = "") -> Response:
    """End the offboarding: the client stays."""
    return _answered(request, visitor, _cell(request, visitor, level, name), cancel_offboarding, reason)


@router.post("/cells/{level}/{name}/offboard/approve")
def approve(request: Request, visitor: SignedIn, level: str, name: str, reason: Short = "") -> Response:
    """Agree to the offboarding, which somebody else has begun."""
    cell = _known(request, level, name)
    visitor.demand(Permission.APPROVE, cell)
    return _answered(request, visitor, cell, approve_offboarding, reason)


@router.post("/cells/{level}/{name}/legal-hold")
def legal_hold(
    request: Request, visitor: SignedIn, level: str, name: str, reason: Short = "", lift: Short = ""
) -> Response:
    """Let nothing of the client be destroyed from now on, or lift that."""
    cell = _known(request, level, name)
    visitor.demand(Permission.APPROVE, cell)
    return _answered(request, visitor, cell, lift_legal_hold if lift else lay_legal_hold, reason)


def _answered(
    request: Request,
    visitor: Visitor,
    cell: CellAddress,
    change: Callable[[FleetSession, Actor, str, str], object],
    reason: str,
) -> Response:
    try:
        change(services(request).fleet(), visitor.actor, cell.cell, reason.strip())
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/cells/{cell}/offboard", HTTPStatus.SEE_OTHER)


def state_of(unit: RunUnitRecord) -> tuple[str, str]:
    """Give a unit's state in words, and the tone of its badge."""
    return unit_state(unit, "destroying", "destroyed")


def state_stopped(unit: RunUnitRecord) -> tuple[str, str]:
    """Give the state of a unit where nobody carries the destruction out."""
    return state_of(unit) if unit.outcome is not None else ("not destroyed yet", "wait")


def _page(
    request: Request,
    visitor: Visitor,
    cell: CellAddress,
    fault: DiagnosticError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    plan: str = "",
) -> Response:
    found = services(request)
    live = followed(found, Topic.RUNS)
    session = found.fleet()
    progress = follow_offboarding(session, cell)
    doomed, refusal = _doomed(session, progress, visitor)
    planned, unknown = _planned(session, progress, plan, visitor)
    told = fault or refusal or unknown
    leaving = session.snapshot().fleet.offboarding
    record = progress.record
    return render(
        request,
        "clients/offboard.html",
        status,
        progress=progress,
        stage=_STOPPED if record is not None and record.why else _STAGES[progress.stage],
        state_of=state_stopped if progress.stage is LeavingStage.STOPPED else state_of,
        doomed=doomed,
        planned=planned,
        faults=told.diagnostics if told is not None else (),
        possible=refusal is None,
        approves=_approves(session, visitor, cell),
        may_approve=visitor.may(Permission.APPROVE, cell),
        may_change=all(visitor.may(item, cell) for item in (Permission.APPLY, Permission.EDIT)),
        hold=length(leaving.hold),
        settings=leaving,
        until=hold_end(record) if record is not None else None,
        resources=_resources(session, record),
        judged=planned.judged if planned is not None else _judged(session, record, visitor),
        live=live,
    )


def _resources(session: FleetSession, record: Offboarding | None) -> Counter[str]:
    """Count what looking for the destroyed resources has found."""
    if record is None or record.phase not in (Phase.REMOVING, Phase.DONE, Phase.VERIFYING):
        return Counter()
    return Counter(item.finding.value for item in session.ledger().remains.resources(record.id))


def _judged(session: FleetSession, record: Offboarding | None, visitor: Visitor) -> Judged | None:
    """Tell why an offboarding was refused, and give the exceptions that would let it pass."""
    if record is None or record.phase is not Phase.REFUSED or not record.plan_run:
        return None
    try:
        return judged(session.open(), record, record.plan_run, visitor.actor)
    except DiagnosticError:
        return None  # the page says elsewhere what is wrong with the fleet


def _planned(
    session: FleetSession, progress: LeavingProgress, plan: str, visitor: Visitor
) -> tuple[PlannedLeave | None, DiagnosticError | None]:
    """Give what the run that was asked to plan it has come to; or why it is none of this client."""
    if not plan or progress.stage is not LeavingStage.NOT_BEGUN:
        return None, None
    known = session.ledger().reader.summary(plan)
    if known is not None:
        visitor.demand_then(Permission.READ, progress.cell, known.at)
    try:
        return look_at_plan(session.open(), progress.cell, plan, visitor.actor, None), None
    except DiagnosticError as fault:
        return None, fault


def _is_gone(session: FleetSession, cell: CellAddress) -> bool:
    return follow_offboarding(session, cell).stage is LeavingStage.GONE


def _doomed(
    session: FleetSession, progress: LeavingProgress, visitor: Visitor
) -> tuple[tuple[Doomed, ...], DiagnosticError | None]:
    """Give the units that would be destroyed, the first one first; or why the client can't go."""
    if progress.stage is not LeavingStage.NOT_BEGUN:
        return (), None
    try:
        wanted = OffboardRequest(name=progress.cell.cell, readable=reach(visitor))
        ready = prepare_offboard(session, wanted, Conversation())
    except DiagnosticError as fault:
        return (), fault
    return ready.doomed(), None


def _approves(session: FleetSession, visitor: Visitor, cell: CellAddress) -> bool:
    """Tell whether the typed name answers for the plans, too."""
    return visitor.may(Permission.APPROVE, cell) and not session.approvals().four_eyes


def _seen(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give a client that the visitor may remove, or may agree to be removed."""
    cell = _known(request, level, name)
    if not visitor.may(Permission.APPROVE, cell):
        _demand(visitor, cell)
    return cell


def _cell(request: Request, visitor: Visitor, level: str, name: str) -> CellAddress:
    """Give a client that the visitor may remove.

    Raises:
        MissingError: there is none, and never was.
        PermissionRefusedError: they may not.
    """
    cell = _known(request, level, name)
    _demand(visitor, cell)
    return cell


def _demand(visitor: Visitor, cell: CellAddress) -> None:
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, cell)


def _known(request: Request, level: str, name: str) -> CellAddress:
    session = services(request).fleet()
    cell = CellAddress(level, name)
    fleet, reader = session.snapshot().fleet, session.ledger().reader
    leaving = bool(session.ledger().offboardings.of_cell(cell))
    known = leaving or cell in fleet.cells or reader.client_action(cell) is not None
    if not known or level != client_level(fleet.levels).name:
        raise MissingError(error(f"there is no client '{cell}'", "the fleet's page lists every cell"))
    return cell
