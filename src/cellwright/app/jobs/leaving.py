"""Offboard by a build: the destruction is planned and shown first; whoever has seen it types the name.

What is confirmed is what `cellwright.app.clients.offboard` carries out, with the run that planned it.
"""

from dataclasses import dataclass, replace

from cellwright.app.clients.client import client_named
from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.offboarding.asking import open_offboarding
from cellwright.app.clients.offboarding.planned import PlannedLeave, look_at_plan
from cellwright.app.clients.offboarding.verifying import left_standing
from cellwright.app.clients.starting import starting
from cellwright.app.clients.submit import submit_offboard_plan
from cellwright.app.jobs.begin import run_of_build
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.session import FleetSession
from cellwright.ledger.clients.values import Offboarding
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.build_mark import with_build
from cellwright.model.runs.run import RunKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """Which plans of a client's destruction are shown."""

    name: str
    run: str = ""
    """The run that made them; empty: that of the offboarding that goes on."""


def begin_offboard_plan(
    session: FleetSession, actor: Actor, request: OffboardRequest, *, build: str = ""
) -> str:
    """Begin the run that plans what offboarding a client would destroy; gives its id.

    Nothing of the offboarding is begun by it. Of a client that is being offboarded, or of which something
    still stood when it left, it is the run by which that was confirmed. A build that asks again gets the same
    run.

    Raises:
        DiagnosticError: as `offboard`.
    """
    cell = client_named(session, request.name)
    known = _begun(session, cell)
    if known is not None:
        return planned_run(known)
    if not build:
        return submit_offboard_plan(session, actor, request, NoHost()).run
    wanted = replace(request, reason=with_build(request.reason, build))
    with starting(session.ledger(writing=True), cell):
        run = run_of_build(session, actor, RunKind.PLAN, wanted.reason, build)
        return run or submit_offboard_plan(session, actor, wanted, NoHost()).run


def look_at_offboard_plan(session: FleetSession, actor: Actor, request: LookRequest) -> PlannedLeave:
    """Tell what plans of a client's destruction come to, for whoever is asked about them.

    Raises:
        DiagnosticError: they are none of this client; or no run is named and it is not being offboarded.
    """
    cell = client_named(session, request.name)
    run = request.run
    if not run:
        run = planned_run(open_offboarding(session.ledger(), cell))
    return look_at_plan(session.open(), cell, run, actor, None)


def _begun(session: FleetSession, cell: CellAddress) -> Offboarding | None:
    """Give the offboarding that is gone on with, in place of a new one."""
    ledger = session.ledger()
    if ledger.database.absent:
        return None
    return ledger.offboardings.open_of(cell) or left_standing(session.open(), cell)


def planned_run(record: Offboarding) -> str:
    """Give the run that has planned what an offboarding destroys.

    Raises:
        DiagnosticError: it was begun without plans, and nothing is planned yet.
    """
    if not record.plan_run:
        raise DiagnosticError(
            error(
                f"{record.cell} is being offboarded by {record.requested_by}, and not planned yet",
                f"try it again when a server or `cellwright offboard {record.cell.cell}` has planned it",
            )
        )
    return record.plan_run
