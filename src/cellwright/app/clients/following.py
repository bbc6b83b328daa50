"""Follow an onboarding: which run brings the client up, how far each unit is, and what it has put out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cellwright.app.clients.client import sharing
from cellwright.app.clients.submit import newest_run
from cellwright.app.session.session import FleetSession
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.runs.event import CLIENT_ONBOARDING
from cellwright.model.runs.run import Outcome, RunStatus


class Stage(Enum):
    """How far an onboarding is."""

    NOT_BEGUN = "not begun"
    RUNNING = "running"
    WAITING = "waiting"
    """Plans wait for approval."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """An onboarding as the ledger has it."""

    cell: CellAddress
    stage: Stage
    run: RunSummary | None = None
    units: tuple[RunUnitRecord, ...] = ()
    waiting: tuple[UnitAddress, ...] = ()
    """Those whose plans wait for an answer."""
    outputs: Mapping[UnitAddress, Mapping[str, RecordedOutput]]

    @property
    def failed(self) -> RunUnitRecord | None:
        """The step at which it stopped."""
        ended = (unit for unit in self.units if unit.outcome in {Outcome.FAILED, Outcome.BLOCKED})
        return next(ended, None)

    @property
    def done(self) -> int:
        """How many units are up."""
        return sum(unit.outcome in {Outcome.APPLIED, Outcome.UNCHANGED} for unit in self.units)


def follow_onboarding(session: FleetSession, cell: CellAddress) -> Progress:
    """Tell how far the onboarding of a client is.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    reader = ledger.reader
    fleet = session.snapshot().fleet
    cells = frozenset(sharing(fleet.levels, cell))
    own = [unit for unit in fleet.units if unit.of_cell in cells]
    outputs = reader.outputs(own) if own else {}
    run = newest_run(ledger, fleet, cell, CLIENT_ONBOARDING)
    if run is None:
        return Progress(cell=cell, stage=Stage.NOT_BEGUN, outputs=outputs)
    found = (unit for unit in reader.run_units(run.id).values() if unit.address.of_cell in cells)
    units = tuple(sorted(found, key=lambda unit: (unit.wave, unit.address)))
    waiting = tuple(unit.address for unit in units if unit.state is UnitState.PLANNED)
    return Progress(
        cell=cell, stage=_stage(run, waiting), run=run, units=units, waiting=waiting, outputs=outputs
    )


def _stage(run: RunSummary, waiting: tuple[UnitAddress, ...]) -> Stage:
    if run.status is RunStatus.RUNNING:
        return Stage.WAITING if waiting else Stage.RUNNING
    return {
        RunStatus.SUCCEEDED: Stage.DONE,
        RunStatus.CANCELLED: Stage.CANCELLED,
        RunStatus.FAILED: Stage.FAILED,
    }[run.status]
