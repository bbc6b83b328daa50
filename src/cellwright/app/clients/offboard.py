"""Offboard: a client leaves, with one command that is given again for as long as something is to be done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from cellwright.app.clients.client import client_level
from cellwright.app.clients.life import settle
from cellwright.app.clients.offboarding.carrier import Carrier, Directly
from cellwright.app.clients.offboarding.driving import Driver
from cellwright.app.clients.offboarding.judging import Judged, judged
from cellwright.app.clients.offboarding.leaving import held_units, refuse_vanished
from cellwright.app.clients.offboarding.planned import (
    Wish,
    begun_by,
    default_reason,
    refuse_digest_alone,
    refuse_other_plans,
    refuse_unplanned,
)
from cellwright.app.clients.offboarding.task import LeavingTask, from_json, to_json
from cellwright.app.clients.offboarding.verifying import left_standing, look_for_remains
from cellwright.app.clients.unfinished import (
    places_of,
    refuse_dirty,
    removed_uncommitted,
    was_never_committed,
)
from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.guards.held import legal_hold_fault
from cellwright.app.runs.guards.moving import refuse_moving
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.status.hold import waits_of
from cellwright.engine.approval import YES
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.clients.values import NewOffboarding, Offboarding
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import Operation, Run, RunKind, RunStatus
from cellwright.model.settings.offboarding_settings import length
from cellwright.planning.choice import Choice
from cellwright.planning.outline import graph_of
from cellwright.planning.state_acceptance import StateAcceptance

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardRequest:
    """Which client leaves, and why."""

    name: str
    reason: str = ""
    accept_state: str = ""
    """Why its units' states are accepted as they are; empty: they are not."""
    hooks: bool = False
    """Run the repository's hooks when its settings' removal is committed."""
    hold: int | None = None
    """Seconds between the judged plans and the destruction; None: as fleet.yaml says."""
    readable: Callable[[CellAddress], bool] = lambda _cell: True
    """Which cells' units may be named to whoever asks."""
    confirm: Callable[["Judged | None"], None] | None = None
    """Shows a person what would be destroyed (None: it was begun before), asks, and raises if they refuse.
    None: they were asked before."""
    planned: str = ""
    """The run that has planned what would be destroyed, which whoever asks has seen; empty: none has."""
    planned_digest: str = ""
    """Of the plans that were shown, as `look_at_plan` gives it; empty: what the run has now counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardReport:
    """How far an offboarding is."""

    record: Offboarding
    waits: Waits
    """What keeps it from destroying anything."""
    report: RunReport | None = None
    """The run that was carried out now, the last one if there were several."""
    judged: Judged | None = None
    """What was planned, and what the policies say of it, where that was denied."""


def offboard(
    session: FleetSession, actor: Actor, request: OffboardRequest, talk: Conversation
) -> OffboardReport:
    """Begin the offboarding of a client, or go on with it as far as it goes now; asks for no approval.

    What would be destroyed is planned and judged first. Then the hold runs. When it is over, the data is
    exported, the units are destroyed in reverse order and looked for once more, and the files are archived.
    Of a client that is gone although something of it stood, that is looked for again. One that has left by
    the plans that were confirmed is told as it is: a build whose agent was lost asks again.

    Raises:
        DiagnosticError: there is no such client, something needs it, a legal hold or a state that is gone
            keeps it, the work tree is dirty, or a step fails: offboarding again goes on.
    """
    gone = _gone(session, request, talk)
    if gone is not None:
        return OffboardReport(record=gone, waits=Waits.NOTHING)
    carrier = Directly(talk)
    planned = _confirmed(session, actor, request, talk, carrier)
    wanted = replace(request, planned=planned)
    fleet, record = begin_offboarding(session, actor, wanted, talk.approved_how or YES, talk)
    record = Driver(fleet, carrier, talk, record, again=True).go_on()
    refused = record.phase is Phase.REFUSED and bool(record.plan_run)
    return OffboardReport(
        record=record,
        waits=waits_of(session, record),
        report=carrier.reports[-1] if carrier.reports else None,
        judged=judged(fleet, record, record.plan_run, actor) if refused else None,
    )


def _confirmed(
    session: FleetSession, actor: Actor, request: OffboardRequest, talk: Conversation, carrier: Directly
) -> str:
    """Plan what would be destroyed, and ask the person who has seen that; gives the run that planned it.

    Nothing is recorded of an offboarding yet, so that one which nobody has confirmed never goes on. For one
    that was begun before nothing is planned again. Plans that fail, or are denied, need no answer.

    Raises:
        DiagnosticError: somebody interrupts it, or refuses.
    """
    if request.confirm is None:
        return request.planned
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    cell = CellAddress(client_level(fleet.fleet.levels).name, request.name)
    if fleet.ledger.offboardings.open_of(cell) is not None:
        request.confirm(None)
        return ""
    ready = ready_to_leave(session, request, talk)
    hold = ready.fleet.fleet.offboarding.chosen(request.hold)
    run = carry_plan(ready, actor, request, carrier)
    if run.status is RunStatus.CANCELLED:
        raise DiagnosticError(
            error(f"interrupted: run {run.id} has not planned everything", "no offboarding was begun")
        )
    if run.status is RunStatus.SUCCEEDED:
        request.confirm(judged(ready.fleet, Wish(cell, request.reason, hold), run.id, actor))
    return run.id


def carry_plan(ready: "ReadyToLeave", actor: Actor, request: OffboardRequest, carrier: Carrier) -> Run:
    """Start the run that plans what would be destroyed, and destroys nothing."""
    task = QueuedTask(actor=actor, acceptance=_acceptance(ready, request.accept_state))
    reason = request.reason or default_reason(ready.cell)
    return carrier.carry(ready.fleet, RunKind.PLAN, ready.choice, reason, task)


def _acceptance(ready: "ReadyToLeave", reason: str) -> StateAcceptance:
    return StateAcceptance.of((part.address for part in ready.choice.parts), reason)


def _gone(session: FleetSession, request: OffboardRequest, talk: Conversation) -> Offboarding | None:
    """Give the offboarding by which a client has left already, if there is nothing else to do about it.

    What still stood then, as was accepted, is looked for once more.

    Raises:
        DiagnosticError: something of it still stands.
    """
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    cell = CellAddress(client_level(fleet.fleet.levels).name, request.name)
    record = left_standing(fleet, cell)
    if record is not None:
        with held_units(fleet, record.cell, record.id, talk.interrupts):
            look_for_remains(fleet, record, talk, accepted=request.accept_state)
        return record
    known = begun_by(fleet, cell, request.planned) if request.planned else None
    if known is None or known.phase is not Phase.DONE or cell in fleet.fleet.cells:
        return None
    return known


def begin_offboarding(
    session: FleetSession, actor: Actor, request: OffboardRequest, approved_how: str, talk: Conversation
) -> tuple[OpenFleet, Offboarding]:
    """Give the offboarding of a client that goes on, or record a new one; nothing is planned yet.

    Raises:
        DiagnosticError: as `offboard`.
    """
    refuse_digest_alone(request.planned, request.planned_digest)
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    cell = CellAddress(client_level(fleet.fleet.levels).name, request.name)
    known = fleet.ledger.offboardings.open_of(cell)
    if known is not None:
        refuse_other_plans(known, request.planned)
        return fleet, _taken_up(fleet, known, actor, request, approved_how)
    settings = fleet.fleet.offboarding
    hold = settings.chosen(request.hold)
    ready = ready_to_leave(session, request, talk)
    if request.planned:
        refuse_unplanned(ready.fleet, cell, request.planned, request.planned_digest)
    task = LeavingTask(
        actor=actor, approved_how=approved_how, accept_state=request.accept_state, hooks=request.hooks
    )
    new = NewOffboarding(
        id=uuid4().hex,
        cell=cell,
        reason=request.reason,
        back_to=settle(ready.fleet, actor, cell),
        task=to_json(task),
        hold_seconds=hold,
        approvals_needed=settings.approvers,
        plan_run=request.planned,
    )
    return ready.fleet, ready.fleet.ledger.offboardings.begin(new, actor)


def _taken_up(
    fleet: OpenFleet, known: Offboarding, actor: Actor, request: OffboardRequest, approved_how: str
) -> Offboarding:
    """Go on with an offboarding: what was said now counts from now on, whoever began it."""
    if request.hold is not None and request.hold != known.hold_seconds:
        raise DiagnosticError(
            error(
                f"{known.cell} is being offboarded already, with a hold of {length(known.hold_seconds)}",
                f"to begin anew: cellwright offboard {known.cell.cell} --cancel",
            )
        )
    task = from_json(known.task)
    accept = request.accept_state or task.accept_state
    how = approved_how or task.approved_how
    wanted = replace(task, actor=actor, approved_how=how, accept_state=accept, hooks=request.hooks)
    if wanted == task:
        return known
    fleet.ledger.offboardings.set_task(known.id, to_json(wanted))
    return replace(known, task=to_json(wanted))


@dataclass(frozen=True, slots=True)
class Doomed:
    """A unit that would be destroyed."""

    unit: UnitAddress
    resources: int | None
    """How many resources go with it; None if that was not recorded."""


@dataclass(frozen=True, slots=True)
class ReadyToLeave:
    """A client that may go, and which of its units are to be destroyed first."""

    fleet: OpenFleet
    cell: CellAddress
    choice: Choice

    def doomed(self) -> tuple[Doomed, ...]:
        """Give the units to be destroyed: each after those that depend on it."""
        order = self.choice.graph.ordered()
        applied = self.fleet.ledger.reader.applied(order)
        return tuple(Doomed(unit, item.resources if (item := applied.get(unit)) else None) for unit in order)


def ready_to_leave(session: FleetSession, request: OffboardRequest, talk: Conversation) -> ReadyToLeave:
    """See that a client can go and that nothing is in the way; nothing is started or changed.

    Raises:
        DiagnosticError: as `prepare_offboard`; or a legal hold keeps it.
    """
    ready = prepare_offboard(session, request, talk)
    held = ready.fleet.ledger.legal_holds.open([ready.cell]).get(ready.cell)
    if held is not None:
        raise DiagnosticError(legal_hold_fault(held))
    return ready


def prepare_offboard(session: FleetSession, request: OffboardRequest, talk: Conversation) -> ReadyToLeave:
    """See that a client can go; nothing is started or changed.

    Raises:
        DiagnosticError: there is no such client, units of others depend on it, the work tree is dirty, it is
            being renamed or split, or the state of one of its units is gone.
    """
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    level = client_level(fleet.fleet.levels)
    cell = CellAddress(level.name, request.name)
    places = places_of(session.root, level.cells, request.name)
    with fleet_lock(session.home, talk.interrupts):
        # Not while another process has written what it is about to commit.
        repository = refuse_dirty(session.repository(), _left_behind(session, fleet.fleet, cell, places))
        left = removed_uncommitted(repository, places) if cell not in fleet.fleet.cells else ()
    _refuse_unknown(fleet, cell, known=bool(left))
    _refuse_needed(fleet.fleet, cell, request.readable)
    refuse_moving(fleet, [cell])
    known = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == cell]
    if not request.accept_state:
        refuse_vanished(fleet, known)
    return ReadyToLeave(fleet, cell, choice_of(fleet, dict.fromkeys(known, Operation.DESTROY)))


def _left_behind(
    session: FleetSession, fleet: Fleet, cell: CellAddress, places: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Give the paths that a killed offboarding or onboarding may have left uncommitted.

    Settings that are there and were committed once are none of them: an exception from the policies counts
    once it is committed.
    """
    known = fleet.cells.get(cell)
    if known is None or was_never_committed(session.repository(), session.root, known.path):
        return places
    own = session.root / known.path
    return tuple(place for place in places if place != own)


def _refuse_unknown(fleet: OpenFleet, cell: CellAddress, *, known: bool) -> None:
    if cell not in fleet.fleet.cells and not known:
        # Others are not named: whoever asks may not see them.
        raise DiagnosticError(error(f"there is no client '{cell.cell}'", "`cellwright status` lists them"))


def _refuse_needed(fleet: Fleet, cell: CellAddress, readable: Callable[[CellAddress], bool]) -> None:
    """Refuse to remove a client that units of other cells depend on: those would be left with errors."""
    upstreams = graph_of(fleet.units, enabled_only=True).upstreams
    depending = sorted(
        unit
        for unit, needs in upstreams.items()
        if unit.of_cell != cell and any(need.of_cell == cell for need in needs)
    )
    if depending:
        named = [str(unit) for unit in depending if readable(unit.of_cell)][:_SHOWN]
        raise DiagnosticError(
            error(
                f"{cell} can't go: {', '.join(named) or 'units of other cells'} depend on it",
                "let them depend on something else first, or let them go too",
            )
        )
