"""Offboard: a client's units are destroyed and its settings removed, with one command."""

from collections.abc import Callable
from dataclasses import dataclass

from cellwright.app.clients.client import client_level
from cellwright.app.clients.leaving import Leaving, leave, refuse_vanished
from cellwright.app.clients.unfinished import places_of, refuse_dirty, removed_uncommitted
from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.running import RunTask, perform, start
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.fleet.fleet import Fleet
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Operation, RunKind, RunStatus
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
    readable: Callable[[CellAddress], bool] = lambda _cell: True
    """Which cells' units may be named to whoever asks."""


def offboard(session: FleetSession, actor: Actor, request: OffboardRequest, talk: Conversation) -> RunReport:
    """Destroy the client's units in reverse order, then remove its settings and commit; asks for no approval.

    If a unit can't be destroyed the settings stay; offboarding again goes on.

    Raises:
        DiagnosticError: there is no such client, or the work tree is dirty.
    """
    ready = prepare_offboard(session, request, talk)
    fleet, choice = ready.fleet, ready.choice
    run = start(fleet, actor, RunKind.DESTROY, choice, request.reason or f"offboard {ready.cell}")
    acceptance = StateAcceptance.of((part.address for part in choice.parts), request.accept_state)
    task = RunTask(run=run, choice=choice, acceptance=acceptance)
    report = perform(fleet, actor, task, talk.approving())
    if report.run.status is RunStatus.SUCCEEDED:
        leave(fleet, Leaving(actor, ready.cell, report.run, request.reason, request.hooks), talk)
    return report


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


def prepare_offboard(session: FleetSession, request: OffboardRequest, talk: Conversation) -> ReadyToLeave:
    """See that a client can go; nothing is started or changed.

    Raises:
        DiagnosticError: there is no such client, units of others depend on it, the work tree is dirty, or the
            state of one of its units is gone.
    """
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    level = client_level(fleet.fleet.levels)
    cell = CellAddress(level.name, request.name)
    places = places_of(session.root, level.cells, request.name)
    with fleet_lock(session.home, talk.interrupts):
        # Not while another process has written what it is about to commit.
        repository = refuse_dirty(session.repository(), places)
        left = removed_uncommitted(repository, places) if cell not in fleet.fleet.cells else ()
    _refuse_unknown(fleet.fleet, cell, known=bool(left))
    _refuse_needed(fleet.fleet, cell, request.readable)
    known = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == cell]
    if not request.accept_state:
        refuse_vanished(fleet, known)
    return ReadyToLeave(fleet, cell, choice_of(fleet, dict.fromkeys(known, Operation.DESTROY)))


def _refuse_unknown(fleet: Fleet, cell: CellAddress, *, known: bool) -> None:
    if cell not in fleet.cells and not known:
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
