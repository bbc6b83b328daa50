"""Follow an offboarding: what is to be destroyed, how far its run is, and whether the settings are gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cellwright.app.clients.submit import newest_run
from cellwright.app.runs.run_order import run_order
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import (
    CLIENT_OFFBOARDED,
    CLIENT_OFFBOARDING,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING,
)
from cellwright.model.runs.run import Outcome, RunStatus
from cellwright.planning.graph import Graph


class LeavingStage(Enum):
    """How far an offboarding is."""

    NOT_BEGUN = "not begun"
    RUNNING = "running"
    WAITING = "waiting"
    """Plans wait for approval."""
    STOPPED = "stopped"
    """The run failed or was cancelled: something of the client still stands."""
    DESTROYED = "destroyed"
    """Nothing stands any more; the settings are about to go."""
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingProgress:
    """An offboarding as the ledger and the fleet have it."""

    cell: CellAddress
    stage: LeavingStage
    run: RunSummary | None = None
    units: tuple[RunUnitRecord, ...] = ()
    waiting: tuple[UnitAddress, ...] = ()
    """Those whose plans wait for an answer."""

    @property
    def failed(self) -> RunUnitRecord | None:
        """The unit at which it stopped."""
        ended = (unit for unit in self.units if unit.outcome in {Outcome.FAILED, Outcome.BLOCKED})
        return next(ended, None)

    @property
    def done(self) -> int:
        """How many units are destroyed."""
        return sum(unit.outcome in {Outcome.APPLIED, Outcome.UNCHANGED} for unit in self.units)


def follow_offboarding(session: FleetSession, cell: CellAddress) -> LeavingProgress:
    """Tell how far the offboarding of a client is.

    Raises:
        DiagnosticError: the fleet or the ledger can't be read.
    """
    reader = session.ledger().reader
    there = cell in session.snapshot().fleet.cells
    run = newest_run(reader, cell, CLIENT_OFFBOARDING)
    gone = reader.client_action(cell) == CLIENT_OFFBOARDED
    if run is None or (there and run.status is not RunStatus.RUNNING and not _is_newest(session, cell)):
        stage = LeavingStage.NOT_BEGUN if there or not gone else LeavingStage.GONE
        return LeavingProgress(cell=cell, stage=stage)
    units = _in_order(session, reader.run_units(run.id))
    waiting = tuple(unit.address for unit in units if unit.state is UnitState.PLANNED)
    stage = _stage(run, there=there, waits=bool(waiting))
    return LeavingProgress(cell=cell, stage=stage, run=run, units=units, waiting=waiting)


def _in_order(session: FleetSession, units: Mapping[UnitAddress, RunUnitRecord]) -> tuple[RunUnitRecord, ...]:
    """Give what is over in the order of the ends, then the others in the order of their turns."""
    turns = Graph(run_order(session, {unit: item.operation for unit, item in units.items()})).ordered()
    found = [units[unit] for unit in turns]
    return tuple(sorted(found, key=lambda item: (item.finished is None, item.finished or "")))


def _stage(run: RunSummary, *, there: bool, waits: bool) -> LeavingStage:
    match run.status:
        case RunStatus.RUNNING:
            return LeavingStage.WAITING if waits else LeavingStage.RUNNING
        case RunStatus.SUCCEEDED:
            return LeavingStage.DESTROYED if there else LeavingStage.GONE
        case RunStatus.FAILED | RunStatus.CANCELLED:
            return LeavingStage.STOPPED


def _is_newest(session: FleetSession, cell: CellAddress) -> bool:
    """Tell whether nobody has brought the client up again since its offboarding began."""
    names = (CLIENT_OFFBOARDING, CLIENT_ONBOARDED, CLIENT_ONBOARDING)
    only = EventFilter(actions=tuple(Pattern(name, ".") for name in names))
    newest = session.ledger().reader.latest_events(1, str(cell), only)
    return bool(newest) and newest[0].action == CLIENT_OFFBOARDING
