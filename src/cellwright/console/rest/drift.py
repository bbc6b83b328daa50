"""Drift: what looks have found, schedules, acknowledgements, looks by hand, repair."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.runs import drift as document
from cellwright.api.runs import rollouts as rollout_document
from cellwright.api.runs import runs as run_document
from cellwright.app.drift.acknowledging import AckRequest, acknowledge, list_acknowledgements, unacknowledge
from cellwright.app.drift.listing import show_unit
from cellwright.app.drift.looking import LookRequest, submit_looks
from cellwright.app.drift.repairing import RepairRequest, repair_of
from cellwright.app.drift.schedules import list_schedules
from cellwright.app.overview.drift_list import DriftState, listed
from cellwright.app.overview.rollouts.starting import digest_of, start_as_shown
from cellwright.console.drift_permits import demand_acknowledgement, demand_end, seen_acknowledgements
from cellwright.console.permits import demand_cells, demand_selection
from cellwright.console.reading import fleet_view, unit_of
from cellwright.console.rest.runs import APPROVED_HOW
from cellwright.console.rollouts.permits import demand_prepared
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import Body, Reason, Text, Words
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import drift as schemas
from cellwright.console.wire.schemas import rollouts as rollout_schemas
from cellwright.model.value import Json
from cellwright.planning.neighbour_flags import Relatives

router = noun_router()

_PAGE = 200
Selector = Annotated[Text, Field(min_length=1)]
AckId = Annotated[str, Path(max_length=100, description="An acknowledgement's id.")]


class AckBody(Body):
    """Drift that is known."""

    unit: Text = Field(default="", description="A unit's address; or name a group.")
    group: Text = Field(default="", description="All units with this drift, later ones too.")
    resource: Text = Field(default="", description="Only this resource of the unit.")
    until: Text = Field(default="", description="The last day (UTC), or a moment: 2026-12-31T14:00Z.")
    reason: Reason = ""


class EndBody(Body):
    """Why an acknowledgement ends before its time."""

    reason: Reason = ""


class LookBody(Body):
    """Which units to look at."""

    selectors: list[Selector] = Field(default=[], max_length=1_000)
    reason: Reason = ""


class RepairBody(Body):
    """Which drift is repaired."""

    selectors: list[Selector] = Field(default=[], max_length=1_000)
    groups: list[Selector] = Field(default=[], max_length=1_000)
    strategy: Text = Field(default="", description="A name below `rollouts`; empty: the only one.")
    approved: bool = Field(default=False, description="Approve beforehand whatever is planned.")
    reason: Reason = ""


@router.get("/drift", response_model=schemas.DriftPage)
def drift(
    request: Request,
    visitor: SignedIn,
    q: Annotated[Words, Query(description="A part of the unit's address.")] = "",
    group: Annotated[Words, Query(description="Of one group, by its name.")] = "",
    state: Annotated[
        Literal["open", "acknowledged", "unknown"], Query(description="Which units are meant.")
    ] = "open",
    cursor: Annotated[int, Query(ge=1, le=1_000_000, description="`next` of the page before.")] = 1,
) -> Response:
    """List units with drift that nothing has ended, those with the most alike first, 200 a page."""
    found = listed(fleet_view(request, visitor).drift, DriftState(state), q, group)
    following = str(cursor + 1) if len(found) > cursor * _PAGE else None
    shown = found[(cursor - 1) * _PAGE : cursor * _PAGE]
    return page(request, document.page(shown, following), following)


@router.get("/drift/groups", response_model=schemas.DriftGroups)
def groups(request: Request, visitor: SignedIn) -> Response:
    """List equal drift in groups, the largest first; those that are acknowledged come last."""
    return answer(request, document.groups(fleet_view(request, visitor).drift))


@router.get("/drift/schedules", response_model=schemas.Schedules)
def schedules(request: Request, visitor: SignedIn) -> Response:
    """Tell when units are looked at, and what became of the newest windows."""
    visitor.demand(Permission.READ)
    return answer(request, document.schedules(list_schedules(services(request).session)))


@router.get("/units/{level}/{cell}/{stack}/drift", response_model=schemas.UnitDriftHistory)
def unit(request: Request, visitor: SignedIn, level: str, cell: str, stack: str) -> Response:
    """Tell what is known of one unit's drift, now and before."""
    _, address = unit_of(fleet_view(request, visitor), level, cell, stack)
    return answer(request, document.unit_history(show_unit(services(request).session, address)))


@router.get("/drift/acknowledgements", response_model=schemas.Acknowledgements)
def acknowledgements(request: Request, visitor: SignedIn) -> Response:
    """List who has acknowledged what, why, and until when."""
    visitor.demand_somewhere(Permission.READ)
    session = services(request).session
    found = seen_acknowledgements(visitor, session, list_acknowledgements(session))
    return answer(request, document.acknowledgements(found))


@router.post(
    "/drift/acknowledgements", status_code=HTTPStatus.CREATED, response_model=schemas.AcknowledgementPart
)
def acknowledge_drift(request: Request, visitor: SignedIn, body: AckBody, _key: Key = None) -> Response:
    """Leave drift as it is until a day; it shows again then, or when it is another drift.

    Of a group later units count, too: that needs the permission to approve in the whole fleet.
    """
    demand_acknowledgement(visitor, body.unit)
    wanted = AckRequest(
        reason=body.reason, until=body.until, unit=body.unit, group=body.group, resource=body.resource
    )
    found = acknowledge(services(request).fleet(), visitor.actor, wanted)
    return answer(request, document.acknowledgement(found), HTTPStatus.CREATED)


@router.post("/drift/acknowledgements/{ack}/end", response_model=schemas.AcknowledgementPart)
def end(request: Request, visitor: SignedIn, ack: AckId, body: EndBody, _key: Key = None) -> Response:
    """End an acknowledgement before its time: the drift shows again."""
    session = services(request).session
    demand_end(visitor, list_acknowledgements(session), ack)
    return answer(request, document.acknowledgement(unacknowledge(session, visitor.actor, ack, body.reason)))


@router.post("/drift/looks", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Looking)
def look(request: Request, visitor: SignedIn, body: LookBody, _key: Key = None) -> Response:
    """Have units looked at now: after everything else, and within the budget."""
    found = services(request)
    session = found.fleet()
    demand_selection(visitor, Permission.PLAN, session, body.selectors, Relatives())
    wanted = LookRequest(selectors=tuple(body.selectors), reason=body.reason)
    run = submit_looks(session, visitor.actor, wanted, found.host)
    summary = session.ledger().reader.summary(run.id)
    told: dict[str, Json] = {"run": None if summary is None else run_document.run(summary)}
    return answer(request, told, HTTPStatus.ACCEPTED, Location=f"/api/v1/runs/{run.id}")


@router.post("/drift/repairs", status_code=HTTPStatus.ACCEPTED, response_model=rollout_schemas.Started)
def repair(request: Request, visitor: SignedIn, body: RepairBody, _key: Key = None) -> Response:
    """Bring drifted units back, as a rollout; without groups, drift that is acknowledged is left as it is."""
    session = services(request).fleet()
    visitor.demand_somewhere(Permission.APPLY)
    wanted = repair_of(
        session,
        RepairRequest(
            selectors=tuple(body.selectors),
            groups=tuple(body.groups),
            strategy=body.strategy,
            reason=body.reason,
            approved_how=APPROVED_HOW if body.approved else "",
        ),
    )
    prepared = demand_prepared(visitor, (Permission.APPLY,), session, wanted)
    if body.approved:
        demand_cells(visitor, Permission.APPROVE, (cell.address for cell in prepared.plan.cells))
    started = start_as_shown(session, visitor.actor, wanted, prepared, "")
    told: dict[str, Json] = {
        "rollout": rollout_document.summary(started.record.summary),
        "prepared": {**rollout_document.prepared(started.prepared), "seen": digest_of(started.prepared)},
        "left_out": [],
    }
    where = f"/api/v1/rollouts/{started.record.id}"
    return answer(request, told, HTTPStatus.ACCEPTED, Location=where)
