"""Clearing up after a crash: what an earlier process left in a unit's working folder is seen to first.

Whatever Terraform was doing when its Cellwright died, one of these is true: it still runs, it ended and left
its exit code, or it is gone without a word. Only an apply that is known to have succeeded, with its intent on
record, counts as done; everything else is planned again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from cellwright.engine.intent import from_json
from cellwright.engine.journal import Journal
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.progress import Phase, PhaseEntered, Reporter
from cellwright.model.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.terraform.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True)
class Leftover:
    """An apply or destroy of an earlier process that has ended by now."""

    run: str
    code: int


class LeftoverPort(Protocol):
    """Looks into working folders for what earlier processes left."""

    def await_leftover(self, unit: UnitAddress, waits: Callable[[], None]) -> Leftover | None:
        """Wait for an apply that still runs (`waits` is told), stop anything else that does."""

    def state_of(self, applied: AppliedUnit) -> StateSnapshot | None:
        """Read the unit's state as it is now; None if there is none."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settles one unit at a time, under its lease."""

    journal: Journal
    leftovers: LeftoverPort
    reporter: Reporter

    def settle(self, part: RunUnit) -> UnitResult | None:
        """See to what is left of an earlier process.

        Returns the unit's result if an earlier process of this very run has brought it about.

        Raises:
            DiagnosticError: a state can't be read, or the ledger can't be written.
        """
        found = self.leftovers.await_leftover(part.address, lambda: self._waits(part.address))
        if found is None or found.code != 0:
            return None
        record = self.journal.ledger.reader.run_unit(found.run, part.address)
        if record is None or record.state is not UnitState.APPLYING or record.intent is None:
            return None
        return self._adopt(found.run, record)

    def _adopt(self, run_id: str, record: RunUnitRecord) -> UnitResult | None:
        """Record what an earlier process achieved but could not record any more."""
        run = self.journal.ledger.reader.run(run_id)
        intended = from_json(record.intent)
        state = self.leftovers.state_of(intended)
        if run is None:
            return None
        journal = replace(self.journal, run=run)
        result = UnitResult(record.address, Outcome.APPLIED, record.seconds, record.resources)
        if record.operation is Operation.DESTROY:
            journal.destroyed(record.address, result)
        elif state is None:
            return None
        else:
            journal.adopted(intended, state, result)
        return result if run_id == self.journal.run.id else None

    def _waits(self, unit: UnitAddress) -> None:
        note = "waits for the Terraform of an earlier process"
        self.reporter.report(PhaseEntered(unit, Phase.APPLYING, note))
