"""Drift: equal drift in groups, looks by schedule and by hand, acknowledgements, repair."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.drift.acknowledging import AckRequest, acknowledge, list_acknowledgements, unacknowledge
from cellwright.app.drift.looking import LookRequest, submit_looks
from cellwright.app.drift.repairing import RepairRequest, repair_of
from cellwright.app.drift.schedules import SchedulesView, list_schedules
from cellwright.app.overview.drift_list import DriftState, groups_in, listed
from cellwright.app.overview.rollouts.starting import start_as_shown
from cellwright.app.overview.view import FleetView
from cellwright.app.session.session import FleetSession
from cellwright.console.drift_permits import demand_acknowledgement, demand_end, seen_acknowledgements
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.paging import page_of
from cellwright.console.permits import demand_selection, reach
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.rollouts.permits import demand_prepared
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.database.clock import from_milliseconds, milliseconds
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.planning.neighbour_flags import Relatives

router = APIRouter()
NAVIGATION = Entry("Drift", "/drift", key="t", order=90, group="Fleet", icon="drift")
Short = Annotated[str, Form(max_length=1_000)]
_STATES = {item.value for item in DriftState}
_USUAL = timedelta(days=30)
"""For how long drift is acknowledged where nothing else is typed."""


@router.get("/drift")
def drift(request: Request, visitor: SignedIn) -> Response:
    """List equal drift in groups, or the units of one group; what is acknowledged, and what nobody knows."""
    view = fleet_view(request, visitor)
    filters = Filters.of(request)
    group = filters.get("group")
    if group:
        return _group(request, visitor, view, group)
    state = DriftState(filters.get("state") if filters.get("state") in _STATES else "open")
    session = services(request).session
    return render(
        request,
        "fleet/drift.html",
        view=view,
        filters=filters,
        state=state.value,
        rows=page_of(_rows(view, state, filters.get("q")), filters.number("page")),
        acknowledgements=_acknowledgements(session, visitor) if state is DriftState.ACKNOWLEDGED else (),
        schedules=_schedules(session) if visitor.may(Permission.READ) else None,
        moment_of=from_milliseconds,
        may_look=visitor.may(Permission.PLAN),
        may_end=visitor.may(Permission.APPROVE),
    )


@router.post("/drift/looks")
def look(request: Request, visitor: SignedIn, selector: Short = "", reason: Short = "") -> Response:
    """Have units looked at now, after everything else."""
    found = services(request)
    session = found.fleet()
    selectors = tuple(selector.split())
    demand_selection(visitor, Permission.PLAN, session, selectors, Relatives())
    wanted = LookRequest(selectors=selectors, reason=reason.strip())
    run = submit_looks(session, visitor.actor, wanted, found.host)
    return RedirectResponse(f"/runs/{run.id}", HTTPStatus.SEE_OTHER)


@router.post("/drift/acknowledgements")
def acknowledge_drift(  # noqa: PLR0913, PLR0917  the fields of a form
    request: Request,
    visitor: SignedIn,
    unit: Short = "",
    group: Short = "",
    resource: Short = "",
    until: Short = "",
    reason: Short = "",
) -> Response:
    """Leave drift as it is until a day."""
    demand_acknowledgement(visitor, unit.strip())
    wanted = AckRequest(
        reason=reason.strip(),
        until=until.strip(),
        unit=unit.strip(),
        group=group.strip(),
        resource=resource.strip(),
    )
    acknowledge(services(request).fleet(), visitor.actor, wanted)
    return RedirectResponse("/drift?state=acknowledged", HTTPStatus.SEE_OTHER)


@router.post("/drift/acknowledgements/{ack}/end")
def end(request: Request, visitor: SignedIn, ack: str, reason: Short = "") -> Response:
    """End an acknowledgement before its time."""
    session = services(request).session
    demand_end(visitor, list_acknowledgements(session), ack)
    unacknowledge(session, visitor.actor, ack, reason.strip())
    return RedirectResponse("/drift", HTTPStatus.SEE_OTHER)


@router.post("/drift/repairs")
def repair(
    request: Request, visitor: SignedIn, group: Short = "", strategy: Short = "", reason: Short = ""
) -> Response:
    """Begin a rollout that brings a group's units back; its plans wait for approval."""
    visitor.demand_somewhere(Permission.APPLY)
    session = services(request).fleet()
    groups = (group.strip(),) if group.strip() else ()
    asked = RepairRequest(groups=groups, strategy=strategy.strip(), reason=reason.strip())
    wanted = repair_of(session, asked)
    prepared = demand_prepared(visitor, (Permission.APPLY,), session, wanted)
    started = start_as_shown(session, visitor.actor, wanted, prepared, "")
    return RedirectResponse(f"/rollouts/{started.record.id}", HTTPStatus.SEE_OTHER)


def _rows(view: FleetView, state: DriftState, words: str) -> Sequence[object]:
    """Give groups; or units, of which nothing is known."""
    if state is DriftState.UNKNOWN:
        return [unit for unit, _ in listed(view.drift, state, words)]
    return groups_in(view.drift, state, words)


def _group(request: Request, visitor: Visitor, view: FleetView, name: str) -> Response:
    filters = Filters.of(request)
    groups = (*view.drift.groups, *view.drift.acknowledged)
    group = next((item for item in groups if item.name == name), None)
    if group is None:
        raise MissingError(
            error(f"there is no drift '{name}' any more", "the page of drift lists what is known")
        )
    session = services(request).session
    cells = {unit.unit.of_cell for unit in group.units}
    return render(
        request,
        "fleet/drift_group.html",
        view=view,
        filters=filters,
        group=group,
        units=page_of(group.units, filters.number("page")),
        strategies=_strategies(session),
        until=(session.now() + _USUAL).date().isoformat(),
        may_acknowledge=visitor.may(Permission.APPROVE),
        may_repair=all(map(reach(visitor, Permission.APPLY), cells)),
        moment_of=from_milliseconds,
    )


def _acknowledgements(session: FleetSession, visitor: Visitor) -> tuple[object, ...]:
    """Give those that count now, or could be ended."""
    now = milliseconds(session.now())
    found = seen_acknowledgements(visitor, session, list_acknowledgements(session))
    return tuple(item for item in found if item.holds(now))


def _schedules(session: FleetSession) -> SchedulesView | None:
    try:
        return list_schedules(session)
    except DiagnosticError:
        return None  # the fleet's own findings say why


def _strategies(session: FleetSession) -> tuple[str, ...]:
    try:
        return tuple(session.rollouts().strategies)
    except DiagnosticError:
        return ()
