"""Runs: which there were, how each goes, and what starts, resumes and cancels them."""

from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.api.runs import approvals as approvals_document
from cellwright.api.runs import logs as logs_document
from cellwright.api.runs import progress as progress_document
from cellwright.api.runs import report as report_document
from cellwright.api.runs import runs as document
from cellwright.app.history import logs as logs_case
from cellwright.app.history.runs import RunPage, no_run
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed, progress_seen
from cellwright.app.overview.runs.run_list import RunListRequest, run_as_seen, run_list
from cellwright.app.overview.runs.run_report import ReportRequest, run_report
from cellwright.app.overview.runs.run_view import RunRequest, readable_records
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.steering.cancel import RunToCancel
from cellwright.app.runs.steering.cancel import cancel as cancel_run
from cellwright.app.runs.steering.pause import RunToPause, RunToUnpause, moment_of
from cellwright.app.runs.steering.pause import pause as pause_run
from cellwright.app.runs.steering.pause import unpause as unpause_run
from cellwright.app.runs.submit import submit_apply, submit_plan, submit_resume
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import demand_selection, demand_units, readable
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import (
    Body,
    Cursor,
    Limit,
    Parallel,
    Reason,
    RunId,
    Selectors,
    Text,
    Words,
    page_of,
)
from cellwright.console.wire.problems import RefusedCallError, absent, absent_if_refused
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import runs as schemas
from cellwright.ledger.read.run_query import RunFilter
from cellwright.ledger.read.run_unit_query import RunUnitQuery
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan_options import PlanOptions, options_as_asked
from cellwright.planning.neighbour_flags import Relatives

router = noun_router()

Moment = Annotated[Text, Field(max_length=40, examples=["2026-12-31T14:00Z"])]
"""A time, ISO 8601; in UTC unless it names its time zone."""
APPROVED_HOW = "api"
"""How plans were approved that a call has approved beforehand."""


Addresses = Annotated[list[Annotated[Text, Field(max_length=1_000)]], Field(max_length=10_000)]
"""Addresses of resources in a unit, as its plan has them; a file of them may be long."""


class RunBody(Body):
    """A run that is wanted."""

    kind: Literal["plan", "apply"]
    selectors: Selectors = Field(default=[])
    with_upstreams: bool = False
    with_downstreams: bool = False
    destroy: bool = Field(
        default=False, description="Also destroy units that are switched off or no longer in the fleet."
    )
    all: bool = Field(default=False, description="Also units that are up to date.")
    refresh_only: bool = Field(
        default=False, description="Change nothing real: let states take over what is really there."
    )
    replace: Addresses = Field(default=[], description="Resources to be destroyed and made anew.")
    targets: Addresses = Field(
        default=[],
        description="Plan these resources or modules only; the units don't count as up to date then.",
    )
    excludes: Addresses = Field(
        default=[],
        description="Leave out these resources or modules, and what depends on them; the units don't count "
        "as up to date then. OpenTofu 1.9 and newer; not together with `targets`.",
    )
    accept_state: Reason = Field(
        default="", description="Why the states of the named units are accepted as they are."
    )
    move_state: bool = Field(
        default=False, description="Move states whose place the settings have changed, then go on."
    )
    allow_dirty: bool = Field(
        default=False, description="Apply settings that are not committed, too; that is recorded."
    )
    approved: bool = Field(
        default=False, description="Approve beforehand whatever is planned; needs the permission to approve."
    )
    parallel: Parallel | None = None
    not_before: Moment = Field(default="", description="Begin nothing earlier; empty: begin at once.")
    reason: Reason = ""


class ResumeBody(Body):
    """How a run goes on."""

    parallel: Parallel | None = None
    move_state: bool = False
    allow_dirty: bool = Field(
        default=False, description="Apply settings that are not committed, too; that is recorded."
    )
    approved: bool = Field(default=False, description="Approve beforehand whatever is planned.")


class ReasonBody(Body):
    """Why something is done."""

    reason: Reason = ""


class PauseBody(Body):
    """Why a run is paused, and until when."""

    reason: Reason = ""
    until: Moment = Field(
        default="", description="When it goes on by itself; empty: when somebody unpauses it."
    )


@router.get("/runs", response_model=schemas.Runs)
def runs(  # noqa: PLR0913, PLR0917  the parameters of a query
    request: Request,
    visitor: SignedIn,
    kind: Literal["", "plan", "apply", "destroy"] = "",
    status: Literal["", "running", "succeeded", "failed", "cancelled", "refused"] = "",
    actor: Words = "",
    cell: Words = "",
    q: Words = "",
    cursor: Cursor = None,
) -> Response:
    """List runs, the newest first, 200 a page."""
    session = services(request).session
    only = RunFilter(kind=kind, status=status, actor=actor, cell=cell, words=q)
    wanted = RunListRequest(only=only, before=cursor, readable=readable(visitor))
    found = run_list(session, wanted)
    listed = RunPage(found.runs, found.next, found.former, found.stopped)
    return page(request, document.runs(listed), found.next)


@router.post("/runs", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Submitted)
def start(request: Request, visitor: SignedIn, body: RunBody, _key: Key = None) -> Response:
    """Start a run that plans, or that plans and applies; it is carried out by whoever is free.

    Plans wait for approval, unless everything was approved beforehand.
    """
    found = services(request)
    session = found.fleet()
    related = Relatives(body.with_upstreams, body.with_downstreams)
    permission = Permission.PLAN if body.kind == "plan" else Permission.APPLY
    demand_selection(visitor, permission, session, body.selectors, related)
    if body.approved and body.kind == "apply":
        demand_selection(visitor, Permission.APPROVE, session, body.selectors, related)
    options = options_as_asked(
        refresh_only=body.refresh_only,
        replace=body.replace,
        targets=body.targets,
        excludes=body.excludes,
    )
    _demand_names(body, options)
    selection = Selection(
        selectors=tuple(body.selectors),
        relatives=related,
        destroy=body.destroy,
        thorough=body.all,
        accepted=body.accept_state,
        options=options,
    )
    if body.kind == "plan":
        wanted = PlanRequest(
            selection=selection,
            parallel=body.parallel,
            reason=body.reason,
            not_before=moment_of(body.not_before),
        )
        run = submit_plan(session, visitor.actor, wanted, found.host)
    else:
        how = APPROVED_HOW if body.approved else ""
        change = ApplyRequest(
            selection=selection,
            parallel=body.parallel,
            reason=body.reason,
            move_states=body.move_state,
            allow_dirty=body.allow_dirty,
            not_before=moment_of(body.not_before),
        )
        run = submit_apply(session, visitor.actor, change, found.host, how)
    return answer(request, document.submitted(run), HTTPStatus.ACCEPTED, Location=f"/api/v1/runs/{run.id}")


def _demand_names(body: RunBody, options: PlanOptions) -> None:
    """Refuse what is said of some units' states or resources where no unit is named."""
    for said, meant in ((body.accept_state, "states are accepted"), (options.named, "resources are meant")):
        if said and not body.selectors:
            told = error(f"name the units whose {meant}", "selectors: [client/acme/app]")
            raise RefusedCallError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "Something in the request is wrong", (told,)
            )


@router.get("/runs/{run}", response_model=schemas.Report)
def run(
    request: Request,
    visitor: SignedIn,
    run: RunId,
    plans: Annotated[bool, Query(description="Also what each unit's plan says.")] = True,  # noqa: FBT002  FastAPI names it
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Give a run, and how each of its units ended that is over, in the run's order, a page at a time."""
    session = services(request).session
    seen_run(visitor, session, run)
    wanted = ReportRequest(
        run=run,
        after=page_of(cursor, limit).after,
        limit=limit,
        plans=plans,
        readable=readable(visitor),
    )
    found = run_report(session, wanted)
    return page(request, report_document.report_page(found), None if found.next is None else str(found.next))


@router.get("/runs/{run}/summary", response_model=schemas.RunPart)
def summary(request: Request, visitor: SignedIn, run: RunId) -> Response:
    """Give a run in short: who started it and why, and how many units are where."""
    return answer(request, document.run(seen_run(visitor, services(request).session, run)))


@router.get("/runs/{run}/units", response_model=schemas.RunUnits)
def units(
    request: Request, visitor: SignedIn, run: RunId, cursor: Cursor = None, limit: Limit = 1_000
) -> Response:
    """List the units of a run in its order, and how far each has come."""
    session = services(request).session
    may_see = readable(visitor).at(seen_run(visitor, session, run).at)
    wanted = RunRequest(run=run, after=page_of(cursor, limit).after, readable=may_see)
    records = readable_records(RunUnitQuery(session.ledger().database), wanted)
    found = [_as_seen(item, may_see) for item in islice(records, limit + 1)]
    following = found[limit - 1].address if len(found) > limit else None
    return page(request, document.units(found[:limit], following), str(following) if following else None)


@router.get("/runs/{run}/progress", response_model=schemas.ProgressPage)
def progress(
    request: Request,
    visitor: SignedIn,
    run: RunId,
    after: Annotated[int, Query(ge=0, le=2**53, description="The `id` of the last piece that is known.")] = 0,
    limit: Limit = 1_000,
) -> Response:
    """Give what a run has reported since; `/runs/RUN/events` streams it."""
    session = services(request).session
    found = seen_run(visitor, session, run)
    may_see = readable(visitor).at(found.at)
    # The status is read before: if it says that the run is over, its progress is complete.
    pieces = session.ledger().progress.after(run, after, limit)
    shown = progress_seen(pieces, may_see)
    return answer(request, progress_document.progress(shown, found.status))


@router.get("/runs/{run}/logs", response_model=schemas.Logs)
def logs(request: Request, visitor: SignedIn, run: RunId, unit: Words | None = None) -> Response:
    """Give what Terraform printed for the units of a run, or for one; secrets are masked."""
    session = services(request).session
    known = seen_run(visitor, session, run)
    may_see = readable(visitor).at(known.at)
    if unit is not None and may_see is not everything:
        visitor.demand_then(Permission.READ, _unit_of(unit).of_cell, known.at)
    try:
        found = logs_case.logs(session, logs_case.LogsRequest(run=run, unit=unit))
    except DiagnosticError as fault:
        raise absent_if_refused(fault) from None
    shown = (item for item in found if may_see(item.unit.of_cell))
    return answer(request, logs_document.logs(run, shown))


@router.post("/runs/{run}/resume", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Submitted)
def resume(request: Request, visitor: SignedIn, run: RunId, body: ResumeBody, _key: Key = None) -> Response:
    """Go on with a run after a crash, a failure or a cancellation; what is done is not done again."""
    found = services(request)
    session = found.fleet()
    _demand_run(visitor, Permission.APPLY, session, run)
    if body.approved:
        _demand_run(visitor, Permission.APPROVE, session, run)
    wanted = ResumeRequest(
        run=run, parallel=body.parallel, move_states=body.move_state, allow_dirty=body.allow_dirty
    )
    how = APPROVED_HOW if body.approved else ""
    gone_on = submit_resume(session, visitor.actor, wanted, found.host, how)
    return answer(request, document.submitted(gone_on), HTTPStatus.ACCEPTED, Location=f"/api/v1/runs/{run}")


@router.post("/runs/{run}/cancel", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Cancelled)
def cancel(request: Request, visitor: SignedIn, run: RunId, body: ReasonBody, _key: Key = None) -> Response:
    """Ask a run to stop after what runs; nothing more is begun, and `resume` goes on with it."""
    session = services(request).session
    _demand_run(visitor, Permission.CANCEL, session, run)
    asked = cancel_run(session, visitor.actor, RunToCancel(run=run, reason=body.reason))
    services(request).host.wake(run)
    return answer(request, approvals_document.cancelled(asked), HTTPStatus.ACCEPTED)


@router.post("/runs/{run}/pause", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Paused)
def pause(request: Request, visitor: SignedIn, run: RunId, body: PauseBody, _key: Key = None) -> Response:
    """Begin no further unit of a run for now; what was begun comes to its end."""
    session = services(request).session
    _demand_run(visitor, Permission.CANCEL, session, run)
    found = pause_run(
        session, visitor.actor, RunToPause(run=run, reason=body.reason, until=moment_of(body.until))
    )
    return answer(request, document.paused(found), HTTPStatus.ACCEPTED)


@router.post("/runs/{run}/unpause", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Paused)
def unpause(request: Request, visitor: SignedIn, run: RunId, body: ReasonBody, _key: Key = None) -> Response:
    """Let a paused run go on; answers with the pause that is over."""
    session = services(request).session
    _demand_run(visitor, Permission.CANCEL, session, run)
    found = unpause_run(session, visitor.actor, RunToUnpause(run=run, reason=body.reason))
    services(request).host.wake(run)
    return answer(request, document.paused(found), HTTPStatus.ACCEPTED)


def seen_run(visitor: Visitor, session: FleetSession, run: str) -> RunSummary:
    """Give a run that the visitor may see.

    Raises:
        RefusedCallError: there is no such run.
        PermissionRefusedError: they may see none of its cells.
    """
    may_see = readable(visitor)
    ledger = session.ledger()
    found = ledger.reader.summary(run)
    if found is None:
        raise absent_if_refused(no_run(run))
    shown = run_as_seen(ledger, found, may_see)
    if shown is None:
        visitor.demand(Permission.READ)
    return shown or found


def _as_seen(record: RunUnitRecord, may_see: Reach) -> RunUnitRecord:
    return replace(record, diagnostics=concealed(record.diagnostics, may_see))


def _demand_run(visitor: Visitor, permission: Permission, session: FleetSession, run: str) -> None:
    known = seen_run(visitor, session, run)
    demand_units(visitor, permission, session.ledger().reader.run_units(run), known.at)


def _unit_of(text: str) -> UnitAddress:
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        raise absent(str(fault), "name one unit, such as client/acme/app") from None
