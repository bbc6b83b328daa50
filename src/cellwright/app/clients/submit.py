"""Onboard, edit and offboard without carrying a run out: settings are settled, the run is put into the queue.

For the console and the API: they answer at once, and whoever hosts runs carries on. Asking again goes on
where it stopped, with the same run: no double click makes two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.app.clients.client import client_level, sharing
from cellwright.app.clients.editing import EditRequest, settle_edit
from cellwright.app.clients.life import provisioning
from cellwright.app.clients.offboard import OffboardRequest, begin_offboarding, carry_plan, ready_to_leave
from cellwright.app.clients.offboarding.carrier import Queued
from cellwright.app.clients.offboarding.driving import Driver
from cellwright.app.clients.onboarding.onboard import OnboardRequest, settle_client, why
from cellwright.app.clients.onboarding.refused import BEFORE, MADE, written_by
from cellwright.app.clients.passing_on import head_of
from cellwright.app.clients.starting import starting
from cellwright.app.clients.suspend import SuspendRequest, settle_suspension
from cellwright.app.clients.suspend import why as suspension_reason
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.submit import submit, submit_resume
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.read.names import Names
from cellwright.ledger.run_state import RunSummary
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase
from cellwright.model.runs.event import (
    CELL_APPLYING,
    CLIENT_OFFBOARDED,
    CLIENT_OFFBOARDING,
    CLIENT_ONBOARDING,
)
from cellwright.model.runs.run import RunKind, RunStatus
from cellwright.planning.choice import Choice


@dataclass(frozen=True, slots=True)
class Onboarding:
    """A client that is being brought up, or removed."""

    run: str
    cell: CellAddress
    commit: str | None
    """That of the fleet's repository from which it is brought up; None outside git."""


def submit_onboard(
    session: FleetSession, actor: Actor, request: OnboardRequest, host: RunHost, approved_how: str = ""
) -> Onboarding:
    """Write the client's settings, commit them, and start the run that applies its units.

    A client that is there already goes on where it stopped: a run that is under way is given again, and one
    that failed is resumed.

    Raises:
        DiagnosticError: as `onboard`; nothing is left behind then.
    """
    with session.changing():
        before = head_of(session)
        fleet, cell = settle_client(session, actor, request, Conversation())
        made = head_of(session)
        written = {BEFORE: before, MADE: made} if before and made and before != made else {}
        with starting(fleet.ledger, cell):
            return _brought_up(fleet, actor, _Bringing(cell, why(request, cell), approved_how, written), host)


def submit_edit(
    session: FleetSession, actor: Actor, request: EditRequest, host: RunHost
) -> Onboarding | None:
    """Write a cell's settings as they were edited, commit them, and start the run that applies what changes.

    None if no run was wanted, or nothing is to be applied. Asked twice it is one run.

    Raises:
        DiagnosticError: as `settle_edit`; nothing is changed then.
    """
    cell = request.cell
    with session.changing():
        fleet, written = settle_edit(session, actor, request)
        if not request.start:
            return None
        with starting(fleet.ledger, cell):
            return _applied(fleet, actor, request, host, written=written)


def submit_suspension(
    session: FleetSession, actor: Actor, request: SuspendRequest, host: RunHost
) -> Onboarding | None:
    """Suspend or reinstate a client, and start the run that applies it; None if nothing is to be applied.

    Raises:
        DiagnosticError: as `suspend`; nothing is changed then.
    """
    with session.changing():
        fleet, cell, written = settle_suspension(session, actor, request)
        edit = EditRequest(cell=cell, texts={}, base="", reason=suspension_reason(request, cell))
        with starting(fleet.ledger, cell):
            return _applied(fleet, actor, edit, host, written=written)


def submit_offboard_plan(
    session: FleetSession, actor: Actor, request: OffboardRequest, host: RunHost
) -> Onboarding:
    """Start the run that plans what offboarding a client would destroy; nothing of the offboarding is begun.

    Raises:
        DiagnosticError: as `offboard`; or the client is being offboarded already.
    """
    ready = ready_to_leave(session, request, Conversation())
    if ready.fleet.ledger.offboardings.open_of(ready.cell) is not None:
        detail = f"it was planned then; to go on: cellwright offboard {request.name}"
        raise DiagnosticError(error(f"{ready.cell} is being offboarded already", detail))
    run = carry_plan(ready, actor, request, Queued(host))
    return Onboarding(run.id, ready.cell, run.commit)


def submit_offboard(
    session: FleetSession, actor: Actor, request: OffboardRequest, host: RunHost, approved_how: str = ""
) -> Onboarding:
    """Begin a client's offboarding: the run that plans it is started, and a server goes on from there.

    Asked for again, it goes on where it stopped; a client that is gone is told as it is.

    Raises:
        DiagnosticError: as `offboard`.
    """
    gone = _gone(session, request.name)
    if gone is not None:
        return gone
    fleet, record = begin_offboarding(session, actor, request, approved_how, Conversation())
    standing = any(unit.of_cell == record.cell for unit in fleet.ledger.reader.heads())
    quick = not standing and fleet.fleet.offboarding.export is None
    only = frozenset(Phase) if quick else _AT_ONCE
    driver = Driver(fleet, Queued(host), Conversation(), record, again=True, only=only)
    record = driver.go_on()
    run = record.run or record.plan_run
    known = fleet.ledger.reader.summary(run)
    return Onboarding(run, record.cell, known.commit if known is not None else None)


_AT_ONCE = frozenset({Phase.PLANNING, Phase.HOLDING, Phase.DESTROYING, Phase.REMOVING})
"""The phases that take no longer than a request may: the others are left to the server's thread."""


def _applied(
    fleet: OpenFleet, actor: Actor, request: EditRequest, host: RunHost, *, written: bool
) -> Onboarding | None:
    """Give the run that applies an edited cell; None if nothing is to be applied."""
    cell = request.cell
    last = newest_run(fleet.ledger, fleet.fleet, cell, CELL_APPLYING)
    if not written and last is not None and last.status is RunStatus.RUNNING:
        host.wake(last.id)
        return Onboarding(last.id, cell, last.commit)
    choice = choose_units(fleet, _units_of(fleet, cell))
    if not choice.parts:
        return None
    reason = request.reason or f"edit {cell}"
    run = submit(fleet, RunKind.APPLY, choice, reason, QueuedTask(actor=actor), host)
    return _recorded(fleet, actor, CELL_APPLYING, Onboarding(run.id, cell, run.commit), reason)


def _gone(session: FleetSession, name: str) -> Onboarding | None:
    """Give the offboarding of a client that is gone by it."""
    fleet, reader = session.snapshot().fleet, session.ledger().reader
    cell = CellAddress(client_level(fleet.levels).name, name)
    if cell in fleet.cells or reader.client_action(cell) != CLIENT_OFFBOARDED:
        return None
    last = newest_run(session.ledger(), fleet, cell, CLIENT_OFFBOARDING)
    if last is None or last.status is not RunStatus.SUCCEEDED:
        return None
    return Onboarding(last.id, cell, last.commit)


def newest_run(ledger: Ledger, fleet: Fleet, cell: CellAddress, action: str) -> RunSummary | None:
    """Give the run that was started last to bring a cell up, or to remove it; None if none was.

    A run of a client that had the name before is none of them, also where the trail tells nothing yet of the
    cell that the fleet has.
    """
    only = EventFilter(actions=(Pattern(action, "."),))
    before = Names(ledger.database, fleet.cells.__contains__).life_before(cell)
    for event in ledger.reader.latest_events(1, str(cell), only):
        run = event.detail.get("run")
        if isinstance(run, str) and (before is None or event.sequence > before.sequence):
            return ledger.reader.summary(run)
    return None


@dataclass(frozen=True, slots=True)
class _Bringing:
    cell: CellAddress
    reason: str
    approved_how: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    """The commits before and with its settings, where they were written just now."""


def _brought_up(fleet: OpenFleet, actor: Actor, what: _Bringing, host: RunHost) -> Onboarding:
    """Give the run that brings a cell up: the one that is under way, the failed one resumed, or a new one."""
    cell, session = what.cell, fleet.session
    last = newest_run(fleet.ledger, fleet.fleet, cell, CLIENT_ONBOARDING)
    if last is not None and last.status is RunStatus.RUNNING:
        host.wake(last.id)
        return Onboarding(last.id, cell, last.commit)
    choice = choose_units(fleet, _units_of(fleet, cell))
    if last is not None and not choice.parts:
        return Onboarding(last.id, cell, last.commit)  # nothing is left to do
    if last is not None and last.status is not RunStatus.SUCCEEDED and _is_part(fleet, choice, last.id):
        run = submit_resume(session, actor, last.id, host, what.approved_how)
    else:
        task = QueuedTask(actor=actor, approved_how=what.approved_how)
        run = submit(fleet, RunKind.APPLY, choice, what.reason, task, host)
    provisioning(fleet.ledger, actor, cell, run.id)
    made = Onboarding(run.id, cell, run.commit)
    # Without such a run, the commits on record are of a client that had the name before.
    written = what.written or (written_by(fleet.ledger.reader, cell) if last is not None else {})
    return _recorded(fleet, actor, CLIENT_ONBOARDING, made, what.reason, written)


def _units_of(fleet: OpenFleet, cell: CellAddress) -> Selection:
    """Choose the units of a cell, and of the other levels that its file speaks of."""
    return Selection([str(item) for item in sharing(fleet.fleet.levels, cell) if item in fleet.fleet.cells])


def _is_part(fleet: OpenFleet, choice: Choice, run: str) -> bool:
    """Tell whether a run has all these units: one that does not can't do what is left."""
    return {part.address for part in choice.parts} <= fleet.ledger.reader.run_units(run).keys()


def _recorded(
    fleet: OpenFleet,
    actor: Actor,
    action: str,
    made: Onboarding,
    reason: str,
    written: Mapping[str, str] | None = None,
) -> Onboarding:
    detail = {"run": made.run, "commit": made.commit, **(written or {})}
    fleet.ledger.recorder.append_event(actor, action, str(made.cell), reason, detail)
    return made
