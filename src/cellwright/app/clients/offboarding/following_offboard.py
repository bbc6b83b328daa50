"""Follow an offboarding: what is to be destroyed, what it waits for, and how far its run is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from cellwright.app.clients.offboarding.standing import newest_offboarding
from cellwright.app.runs.run_order import run_order
from cellwright.app.session.session import FleetSession
from cellwright.app.status.hold import waits_of
from cellwright.app.status.stopped import as_it_stands
from cellwright.ledger.clients.values import LegalHold, Offboarding
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import Outcome, RunStatus
from cellwright.planning.graph import Graph


class LeavingStage(Enum):
    """How far an offboarding is."""

    NOT_BEGUN = "not begun"
    PLANNING = "planning"
    """What would be destroyed is planned, and judged by the policies."""
    HOLDING = "holding"
    """Nothing happens before its hold is over and everybody has agreed who has to."""
    EXPORTING = "exporting"
    RUNNING = "running"
    WAITING = "waiting"
    """Plans wait for approval."""
    STOPPED = "stopped"
    """The run failed or was cancelled: something of the client still stands."""
    VERIFYING = "verifying"
    """What was destroyed is looked for once more."""
    DESTROYED = "destroyed"
    """Nothing stands any more; the settings are about to go."""
    GONE = "gone"


_OF_PHASE: Mapping[Phase, LeavingStage] = {
    Phase.PLANNING: LeavingStage.PLANNING,
    Phase.HOLDING: LeavingStage.HOLDING,
    Phase.EXPORTING: LeavingStage.EXPORTING,
    Phase.VERIFYING: LeavingStage.VERIFYING,
    Phase.REMOVING: LeavingStage.DESTROYED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingProgress:
    """An offboarding as the ledger and the fleet have it."""

    cell: CellAddress
    stage: LeavingStage
    record: Offboarding | None = None
    """The one that goes on, or the last one."""
    waits: Waits = Waits.NOTHING
    legal_hold: LegalHold | None = None
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

    @property
    def missing(self) -> int:
        """How many people have to agree yet."""
        record = self.record
        return 0 if record is None else max(record.approvals_needed - len(record.approvals), 0)


def follow_offboarding(session: FleetSession, cell: CellAddress) -> LeavingProgress:
    """Tell how far the offboarding of a client is.

    Raises:
        DiagnosticError: the fleet or the ledger can't be read.
    """
    ledger = session.ledger()
    there = cell in session.snapshot().fleet.cells
    record = newest_offboarding(session, cell)
    hold = ledger.legal_holds.open([cell]).get(cell)
    if record is None or not record.phase.is_open:
        gone = record is not None and record.phase is Phase.DONE and not there
        stage = LeavingStage.GONE if gone else LeavingStage.NOT_BEGUN
        return _with_run(session, LeavingProgress(cell=cell, stage=stage, record=record, legal_hold=hold))
    record, waits = as_it_stands(session, record), waits_of(session, record)
    stage = _OF_PHASE.get(record.phase, LeavingStage.RUNNING)
    found = LeavingProgress(cell=cell, stage=stage, record=record, waits=waits, legal_hold=hold)
    return _with_run(session, found)


def _with_run(session: FleetSession, found: LeavingProgress) -> LeavingProgress:
    """Add the run that destroys, or before it the one that plans."""
    record = found.record
    if record is None or found.stage is LeavingStage.NOT_BEGUN:
        return found
    reader = session.ledger().reader
    name = record.plan_run if found.stage is LeavingStage.PLANNING else record.run
    run = reader.summary(name) if name else None
    if run is None:
        return found
    units = _in_order(session, reader.run_units(run.id))
    waiting = tuple(unit.address for unit in units if unit.state is UnitState.PLANNED)
    runs = found.stage is LeavingStage.RUNNING
    stage = _stage(run, waits=bool(waiting)) if runs else found.stage
    if stage is LeavingStage.RUNNING and record.why:
        stage = LeavingStage.STOPPED  # its process is gone
    return replace(found, stage=stage, run=run, units=units, waiting=waiting)


def _in_order(session: FleetSession, units: Mapping[UnitAddress, RunUnitRecord]) -> tuple[RunUnitRecord, ...]:
    """Give what is over in the order of the ends, then the others in the order of their turns."""
    turns = Graph(run_order(session, {unit: item.operation for unit, item in units.items()})).ordered()
    found = [units[unit] for unit in turns]
    return tuple(sorted(found, key=lambda item: (item.finished is None, item.finished or "")))


def _stage(run: RunSummary, *, waits: bool) -> LeavingStage:
    match run.status:
        case RunStatus.RUNNING:
            return LeavingStage.WAITING if waits else LeavingStage.RUNNING
        case RunStatus.SUCCEEDED:
            return LeavingStage.VERIFYING
        case RunStatus.FAILED | RunStatus.CANCELLED:
            return LeavingStage.STOPPED
