"""Clients: added and removed, each by one run."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query, Request, Response
from pydantic import Field, JsonValue

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.api.fleet import clients as document
from cellwright.api.fleet import lives as lives_document
from cellwright.app.clients.client import client_level, client_named
from cellwright.app.clients.form.checked import check_new, copied_values, level_of
from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.offboarding.planned import look_at_plan
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.onboarding.preview import preview_client
from cellwright.app.clients.onboarding.proposing import propose_onboard, pull_requests
from cellwright.app.clients.submit import Onboarding, submit_offboard, submit_offboard_plan, submit_onboard
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import reach
from cellwright.console.rest.runs import APPROVED_HOW
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Parallel, Reason, RunId, Text, Words
from cellwright.console.wire.problems import absent, absent_if_refused
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import lives as lives_schemas
from cellwright.console.wire.schemas import overview
from cellwright.console.wire.schemas import runs as schemas
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import MissingError
from cellwright.model.offboarding import LONGEST_HOLD

router = noun_router()

ClientName = Annotated[str, Path(max_length=63, description="The client's name.")]
Hold = Annotated[int | None, Query(ge=0, le=LONGEST_HOLD)]
_MOST_SETTINGS = 200
_MOST_LABELS = 20


class ClientBody(Body):
    """A client that is wanted."""

    name: Annotated[Text, Field(min_length=1, max_length=63, description="a-z, 0-9 and hyphens.")]
    level: Annotated[Text, Field(max_length=63)] | None = Field(
        default=None, description="The level of the clients, if there are several such levels."
    )
    settings: dict[Text, JsonValue] = Field(
        default={}, max_length=_MOST_SETTINGS, description="What differs from the defaults."
    )
    place: dict[Text, list[Text]] | None = Field(
        default=None,
        max_length=_MOST_LABELS,
        description="A rule that chooses where it is placed: labels, each with the values of which the "
        "place has to have one. Null: as the settings say.",
    )
    parallel: Parallel | None = None
    reason: Reason = ""
    again: bool = Field(default=False, description="A client of this name has left: it may have its name.")
    approved: bool = Field(
        default=False, description="Approve beforehand whatever is planned; needs the permission to approve."
    )


class LeaveBody(Body):
    """Why a client leaves."""

    reason: Reason = ""
    hold: int | None = Field(
        default=None, ge=0, le=LONGEST_HOLD, description="Seconds; null: as fleet.yaml says."
    )
    accept_state: Reason = Field(
        default="", description="Why its units' states are accepted as they are; empty: they are not."
    )
    plan_run: Text = Field(
        default="",
        description="The run that has planned it, whose judgement was seen; empty: it is planned first.",
    )
    plan_digest: Text = Field(
        default="",
        description="Of that run's plans, as they were seen: others are refused. Empty: whatever it planned.",
    )


class LeavePlanBody(Body):
    """Why a client is to leave, of which only plans are made."""

    reason: Reason = ""
    accept_state: Reason = Field(
        default="", description="Why its units' states are accepted as they are; empty: they are not."
    )


@router.post("/clients", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Client)
def onboard(request: Request, visitor: SignedIn, body: ClientBody, _key: Key = None) -> Response:
    """Add a client: its settings are written, checked and committed, and a run brings its units up.

    Asking again goes on where it stopped. Where the fleet takes changes by pull request, one is opened.
    """
    found = services(request)
    session = found.fleet()
    wanted = _wanted(body)
    cell = _demanded(visitor, session, wanted)
    if body.approved:
        visitor.demand(Permission.APPROVE, cell)
    if pull_requests(session) is not None and cell not in session.snapshot().fleet.cells:
        made = propose_onboard(session, visitor.actor, wanted)
        return answer(request, document.proposed(cell, made), HTTPStatus.ACCEPTED, Location=made.url)
    how = APPROVED_HOW if body.approved else ""
    return _started(request, submit_onboard(session, visitor.actor, wanted, found.host, how))


@router.post("/clients/check", response_model=schemas.Preview)
def check(request: Request, visitor: SignedIn, body: ClientBody) -> Response:
    """Tell what adding a client would come to: the file, its findings, units and addresses."""
    visitor.demand_somewhere(Permission.ONBOARD)
    return answer(request, document.preview(preview_client(services(request).fleet(), _wanted(body))))


@router.get("/clients/form", response_model=overview.ClientForm)
def form(
    request: Request,
    visitor: SignedIn,
    level: Words = "",
    like: Annotated[Words, Query(description="A client whose values are given, too.")] = "",
) -> Response:
    """Tell what a client may say: settings and inputs with their types, defaults and who gives these."""
    visitor.demand_somewhere(Permission.ONBOARD)
    session = services(request).fleet()
    chosen = level_of(session, level)
    seen = like and visitor.may(Permission.READ, CellAddress(chosen.name, like))
    values = copied_values(session, like, chosen) if seen else {}
    if like and not values:
        raise absent(
            f"there is no {chosen.name} '{like}', or you may not see it", "GET /api/v1/cells lists them"
        )
    checked = check_new(session, {**values, "level": chosen.name})
    return answer(request, document.form(checked.form, values))


@router.post("/clients/{name}/offboard", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Client)
def offboard(
    request: Request,
    visitor: SignedIn,
    name: ClientName,
    body: LeaveBody,
    _key: Key = None,
) -> Response:
    """Remove a client: its destruction is planned, then its hold begins; asked again, it goes on.

    With `plan_run` it was planned before; where that run was denied, the offboarding is refused.
    """
    found = services(request)
    session = found.fleet()
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, client_named(session, name))
    wanted = OffboardRequest(
        name=name,
        reason=body.reason,
        accept_state=body.accept_state,
        hold=body.hold,
        readable=reach(visitor),
        planned=body.plan_run,
        planned_digest=body.plan_digest,
    )
    return _started(request, submit_offboard(session, visitor.actor, wanted, found.host))


@router.post("/clients/{name}/offboard/plan", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Client)
def plan_offboard(
    request: Request, visitor: SignedIn, name: ClientName, body: LeavePlanBody, _key: Key = None
) -> Response:
    """Plan what offboarding a client would destroy; nothing is begun, and nothing is on hold by it."""
    found = services(request)
    session = found.fleet()
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, client_named(session, name))
    wanted = OffboardRequest(
        name=name, reason=body.reason, accept_state=body.accept_state, readable=reach(visitor)
    )
    return _started(request, submit_offboard_plan(session, visitor.actor, wanted, found.host))


@router.get("/clients/{name}/offboard/plan/{run}", response_model=lives_schemas.OffboardPlan)
def offboard_plan(
    request: Request, visitor: SignedIn, name: ClientName, run: RunId, hold: Hold = None
) -> Response:
    """Tell what that plan has come to: units, resources, denials, and the exceptions that would let it pass.

    `hold` is the one that is wanted, in seconds: the exceptions last for it.
    """
    session = services(request).fleet()
    cell = client_named(session, name)
    visitor.demand(Permission.READ, cell)
    known = session.ledger().reader.summary(run)
    if known is not None:
        visitor.demand_then(Permission.READ, cell, known.at)
    fleet = session.open()
    try:
        found = look_at_plan(fleet, cell, run, visitor.actor, hold)
    except MissingError as fault:
        raise absent_if_refused(fault) from None
    return answer(request, lives_document.planned_leave(found))


def _started(request: Request, found: Onboarding) -> Response:
    where = f"/api/v1/runs/{found.run}"
    return answer(request, document.under_way(found), HTTPStatus.ACCEPTED, Location=where)


def _wanted(body: ClientBody) -> OnboardRequest:
    return OnboardRequest(
        name=body.name,
        level=body.level,
        settings=body.settings,
        rule=body.place,
        parallel=body.parallel,
        reason=body.reason,
        again=body.again,
    )


def _demanded(visitor: Visitor, session: FleetSession, wanted: OnboardRequest) -> CellAddress:
    """Give the cell's address, if the visitor may add such a one; its tags may be what lets them."""
    visitor.demand_somewhere(Permission.ONBOARD)
    level = client_level(session.levels() or session.snapshot().fleet.levels, wanted.level)
    cell = CellAddress(level.name, wanted.name)
    if not visitor.may(Permission.ONBOARD, cell):
        known = cell in session.snapshot().fleet.cells
        visitor.demand(Permission.ONBOARD, cell, () if known else preview_client(session, wanted).tags)
    return cell
