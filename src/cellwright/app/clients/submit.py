"""Onboard and offboard without carrying a run out: settings are settled, the run written, a host woken.

For the console and the API: they answer at once, and whoever hosts runs carries on. Asking again goes on
where it stopped, with the same run: no double click makes two.
"""

from dataclasses import dataclass
from typing import Protocol

from cellwright.app.clients.offboard import OffboardRequest, ReadyToLeave, prepare_offboard
from cellwright.app.clients.onboard import OnboardRequest, settle_client, why
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.running import start
from cellwright.app.session.fleet_lock import fleet_lock
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.run_state import RunSummary
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import CLIENT_OFFBOARDING, CLIENT_ONBOARDING
from cellwright.model.runs.run import RunKind, RunStatus
from cellwright.planning.choice import Choice


class RunHost(Protocol):
    """Whoever carries runs out."""

    def wake(self, run_id: str) -> None:
        """Say that there is something to do for a run."""


@dataclass(frozen=True, slots=True)
class Onboarding:
    """A client that is being brought up."""

    run: str
    cell: CellAddress
    commit: str | None
    """That of the fleet's repository from which it is brought up; None outside git."""


def submit_onboard(session: FleetSession, actor: Actor, request: OnboardRequest, host: RunHost) -> Onboarding:
    """Write the client's settings, commit them, and start the run that applies its units.

    A client that is there already goes on where it stopped: a run that is under way is given again, and of
    one that failed what is left is run.

    Raises:
        DiagnosticError: as `onboard`; nothing is left behind then.
    """
    with session.changing():
        fleet, cell = settle_client(session, actor, request, Conversation())
        run = _under_way(fleet, cell, CLIENT_ONBOARDING)
        if run is None:
            choice = choose_units(fleet, Selection([str(cell)]))
            last = newest_run(fleet, cell, CLIENT_ONBOARDING)
            if last is not None and not choice.parts:
                return Onboarding(last.id, cell, last.commit)  # nothing is left to do
            reason = why(request, cell)
            run = _start(fleet, actor, cell, _Start(RunKind.APPLY, CLIENT_ONBOARDING, choice, reason))
    host.wake(run.id)
    return Onboarding(run.id, cell, run.commit)


def submit_offboard(
    session: FleetSession, actor: Actor, request: OffboardRequest, host: RunHost
) -> Onboarding:
    """Start the run that destroys a client's units; its settings go when that has succeeded.

    Raises:
        DiagnosticError: as `offboard`.
    """
    ready: ReadyToLeave = prepare_offboard(session, request, Conversation())
    with fleet_lock(session.home):
        run = _under_way(ready.fleet, ready.cell, CLIENT_OFFBOARDING)
        if run is None:
            reason = request.reason or f"offboard {ready.cell}"
            what = _Start(RunKind.DESTROY, CLIENT_OFFBOARDING, ready.choice, reason)
            run = _start(ready.fleet, actor, ready.cell, what)
    host.wake(run.id)
    return Onboarding(run.id, ready.cell, run.commit)


def newest_run(fleet: OpenFleet, cell: CellAddress, action: str) -> RunSummary | None:
    """Give the run that was started last to bring a client up, or to remove it; None if none was."""
    reader = fleet.ledger.reader
    only = EventFilter(actions=(Pattern(action, "."),))
    for event in reader.latest_events(1, str(cell), only):
        run = event.detail.get("run")
        return reader.summary(run) if isinstance(run, str) else None
    return None


@dataclass(frozen=True, slots=True)
class _Run:
    id: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class _Start:
    kind: RunKind
    action: str
    choice: Choice
    reason: str


def _under_way(fleet: OpenFleet, cell: CellAddress, action: str) -> _Run | None:
    last = newest_run(fleet, cell, action)
    return _Run(last.id, last.commit) if last is not None and last.status is RunStatus.RUNNING else None


def _start(fleet: OpenFleet, actor: Actor, cell: CellAddress, what: _Start) -> _Run:
    run = start(fleet, actor, what.kind, what.choice, what.reason)
    detail = {"run": run.id, "commit": run.commit}
    fleet.ledger.recorder.append_event(actor, what.action, str(cell), what.reason, detail)
    return _Run(run.id, run.commit)
