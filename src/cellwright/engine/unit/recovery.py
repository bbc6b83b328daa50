"""Clearing up after a crash: what an earlier process left in a unit's working folder is seen to first.

Whatever Terraform was doing when its Cellwright died, one of these is true: it still runs, it ended and left
its exit code, or it is gone without a word. Only an apply that is known to have succeeded, with its intent on
record, counts as done; everything else is planned again.
"""

from dataclasses import dataclass

from cellwright.engine.unit.intent import from_json
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.ports import LeftoverPort
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.applied import AppliedUnit
from cellwright.model.run import Operation, Outcome, RunUnit, UnitResult


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settles one unit at a time, under its lease."""

    journal: Journal
    leftovers: LeftoverPort

    def settle(self, part: RunUnit) -> UnitResult | None:
        """See to what is left of an earlier process.

        Returns the unit's result if another process of this very run has brought it about.

        Raises:
            DiagnosticError: a state can't be read, or the ledger can't be written.
        """
        record = self.journal.ledger.reader.run_unit(self.journal.run.id, part.address)
        if record is not None and record.outcome is not None:
            return _result(record, record.outcome)
        intent = None
        if record is not None and record.state is UnitState.APPLYING and record.intent is not None:
            intent = from_json(record.intent)
        done = self.leftovers.finish_leftover(part, intent.claim if intent else "")
        return self._adopt(record, intent.unit) if done and record and intent else None

    def interrupt(self, level: int) -> None:
        """Ask what is being waited for to stop (1), or kill it (2)."""
        self.leftovers.interrupt(level)

    def _adopt(self, record: RunUnitRecord, intended: AppliedUnit) -> UnitResult | None:
        """Record what an earlier process achieved but could not record any more."""
        result = _result(record, Outcome.APPLIED)
        if record.operation is Operation.DESTROY:
            self.journal.destroyed(record.address, result)
            return result
        state = self.leftovers.state_of(intended)
        if state is None:
            return None
        self.journal.adopted(intended, state, result)
        return result


def _result(record: RunUnitRecord, outcome: Outcome) -> UnitResult:
    return UnitResult(record.address, outcome, record.seconds, record.resources, record.diagnostics)
