"""Recovery after a crash: cleans up what an earlier process has left of a unit, before it is planned.

Whatever Terraform was doing when its Cellwright died, one of these is true: it still runs, it ended and left
its exit code, or it ended without one. Only an apply that is known to have succeeded, with its intent on
record, counts as done. A plan that waited for an answer may be taken up. Everything else is planned again.
"""

from contextlib import suppress
from dataclasses import dataclass

from cellwright.engine.unit import planned
from cellwright.engine.unit.intent import from_json
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import RecoveryPort
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.recorded_state import left_another
from cellwright.terraform.output.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovers one unit at a time, under its lease."""

    journal: Journal
    port: RecoveryPort

    def recover(self, part: RunUnit) -> UnitResult | Planned | None:
        """Clean up what is left of an earlier process.

        Returns the unit's result if another process of this very run has brought it about, or the plan that
        one has made and not applied.

        Raises:
            DiagnosticError: a state can't be read, or the ledger can't be written.
        """
        record = self.journal.ledger.reader.run_unit(self.journal.run.id, part.address)
        if record is not None and record.outcome is not None:
            return _result(record, record.outcome)
        intent = None
        if record is not None and record.state is UnitState.APPLYING and record.intent is not None:
            intent = from_json(record.intent)
        done = self.port.finish_interrupted(part, intent.attempt_id if intent else "")
        if record is None:
            return None
        if record.state is UnitState.PLANNED and record.plan is not None:
            return planned.from_json(part, record.plan)
        return self._adopt(record, intent.unit) if done and intent else None

    def discard_plan(self, left: Planned) -> None:
        """Remove the file of a plan that an earlier process has left."""
        self._discard(left.address)

    def interrupt(self, level: int) -> None:
        """Ask what is being waited for to stop (1), or kill it (2)."""
        self.port.interrupt(level)

    def _adopt(self, record: RunUnitRecord, intended: AppliedUnit) -> UnitResult | None:
        """Record an apply that succeeded in an earlier process, which could not record it any more."""
        result = _result(record, Outcome.APPLIED)
        if record.operation is Operation.DESTROY:
            self.port.drop_state_before(record.address)
            self.journal.destroyed(record.address, result, intended.binary)
            self._discard(record.address)
            return result
        state = self.port.state_of(intended)
        self._check_written(record.address, state)
        self.journal.adopted(intended, state, result)
        # The unit is up to date now, so nobody opens its folder and removes what holds secrets.
        self.port.drop_state_before(record.address)
        self._discard(record.address)
        return result

    def _discard(self, address: UnitAddress) -> None:
        """Remove plans; what can't be removed changes nothing about an outcome, and `prune` tries again."""
        with suppress(OSError):
            self.port.discard_plans(address)

    def _check_written(self, address: UnitAddress, state: StateSnapshot | None) -> None:
        """Refuse to believe a state that can't be what the apply has written."""
        known = self.journal.ledger.reader.applied([address]).get(address)
        before = known.head.state if known else None
        after = state.mark if state else None
        if fault := left_another(address, before, after, must_differ=False):
            raise DiagnosticError(fault)


def _result(record: RunUnitRecord, outcome: Outcome) -> UnitResult:
    return UnitResult(record.address, outcome, record.seconds, record.resources, record.diagnostics)
