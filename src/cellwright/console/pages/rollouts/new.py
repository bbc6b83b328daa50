"""A rollout that is thought of: who would change when, what can go wrong at worst; then it begins."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.rollouts.starting import digest_of, start_as_shown
from cellwright.app.rollouts.preparing import Prepared, RolloutRequest
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import demand_cells, reach
from cellwright.console.rendering import render
from cellwright.console.rollouts.permits import demand_prepared
from cellwright.console.rollouts.timeline import iso
from cellwright.console.rollouts.words import rules
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
HOW = "console"
"""How plans were approved that were approved beforehand, as the audit trail has it."""
_NAMED = 50
"""Cells of a wave that are named."""


class Thought(BaseModel):
    """A rollout that is thought of."""

    strategy: str = Field("", max_length=200)
    cells: str = Field("", max_length=2_000)
    """Selectors, separated by spaces."""
    destroy: bool = False
    every: bool = False

    def request(self, reason: str = "", approved_how: str = "") -> RolloutRequest:
        """Give what is asked for."""
        return RolloutRequest(
            strategy=self.strategy.strip(),
            cells=tuple(self.cells.split()),
            destroy=self.destroy,
            thorough=self.every,
            reason=reason,
            approved_how=approved_how,
        )


class Asked(Thought):
    """What an address may say."""

    preview: bool = False


class Wanted(Thought):
    """A rollout that is to begin as it was shown."""

    seen: str = Field(max_length=100)
    reason: str = Field("", max_length=500)
    approved: bool = False
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class WaveShown:
    """A wave that would be."""

    name: str
    cells: int
    units: int
    named: tuple[CellAddress, ...]
    """The first of them."""
    rules: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@router.get("/rollouts/new")
def think(request: Request, visitor: SignedIn, asked: Annotated[Asked, Query()]) -> Response:
    """Show who would change when; nothing is begun."""
    visitor.demand_somewhere(Permission.READ)
    if not asked.preview:
        return _page(request, visitor, asked)
    session = services(request).fleet()
    try:
        prepared = demand_prepared(visitor, (Permission.READ,), session, asked.request())
    except DiagnosticError as fault:
        return _page(request, visitor, asked, faults=fault.diagnostics)
    return _page(request, visitor, asked, prepared)


@router.post("/rollouts/new")
def begin(request: Request, visitor: SignedIn, form: Annotated[Wanted, Form()]) -> Response:
    """Begin a rollout, if it is still the one that was shown."""
    session = services(request).fleet()
    wanted = form.request(form.reason.strip(), HOW if form.approved else "")
    prepared = demand_prepared(visitor, (Permission.APPLY,), session, wanted)
    if form.approved:
        demand_cells(visitor, Permission.APPROVE, (cell.address for cell in prepared.plan.cells))
    try:
        started = start_as_shown(session, visitor.actor, wanted, prepared, form.seen)
    except DiagnosticError as fault:
        return _page(request, visitor, form, prepared, fault.diagnostics, HTTPStatus.CONFLICT)
    return RedirectResponse(f"/rollouts/{started.record.id}", HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    visitor: Visitor,
    thought: Thought,
    prepared: Prepared | None = None,
    faults: tuple[Diagnostic, ...] = (),
    status: int = HTTPStatus.OK,
) -> Response:
    session = services(request).session
    strategies, problems = _strategies(session)
    return render(
        request,
        "rollouts/rollout_new.html",
        status,
        thought=thought,
        strategies=strategies,
        prepared=prepared,
        waves=_waves(prepared) if prepared else (),
        units=sum(prepared.units.values()) if prepared else 0,
        seen=digest_of(prepared) if prepared else "",
        iso=iso,
        faults=(*faults, *problems),
        may_start=_may(visitor, Permission.APPLY, prepared),
        may_approve=_may(visitor, Permission.APPROVE, prepared) and not _four_eyes(session),
        reason=getattr(thought, "reason", ""),
    )


def _strategies(session: FleetSession) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    try:
        return tuple(session.rollouts().strategies), ()
    except DiagnosticError as fault:
        return (), fault.diagnostics


def _four_eyes(session: FleetSession) -> bool:
    try:
        return session.approvals().four_eyes
    except DiagnosticError:
        return True  # what is wrong with fleet.yaml is told above


def _may(visitor: Visitor, permission: Permission, prepared: Prepared | None) -> bool:
    if prepared is None:
        return visitor.may_somewhere(permission)
    allowed = reach(visitor, permission)
    return all(allowed(cell.address) for cell in prepared.plan.cells)


def _waves(prepared: Prepared) -> tuple[WaveShown, ...]:
    found = []
    for stage in prepared.plan.stages:
        cells = [prepared.plan.cells[place].address for place in stage.cells]
        found.append(
            WaveShown(
                name=stage.name,
                cells=len(cells),
                units=sum(prepared.units.get(cell, 0) for cell in cells),
                named=tuple(cells[:_NAMED]),
                rules=rules(stage),
                before=tuple(step.label for step in stage.before),
                after=tuple(step.label for step in stage.after),
            )
        )
    return tuple(found)
