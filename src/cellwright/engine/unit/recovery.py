"""Recovery after a crash: cleans up what an earlier process has left of a unit, before it is planned.

Whatever Terraform was doing when its Cellwright died, one of these is true: it still runs, it ended and left
its exit code, or it ended without one. Only an apply that is known to have succeeded, with its intent on
record, counts as done. A plan that waited for an answer may be taken up. Everything else is planned again.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from cellwright.engine.unit import planned
from cellwright.engine.unit.intent import Intent, from_json
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import RecoveryPort
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.recorded_state import belongs_to_another, left_another, written_at_least
from cellwright.terraform.output.states.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovers one unit at a time, under its lease."""

    journal: Journal
    port: RecoveryPort

    def recover(self, part: RunUnit) -> UnitResult | Planned | Intent | None:
        """Clean up what is left of an earlier process.

        Returns the unit's result if another process of this very run has brought it about, the plan that one
        has made and not applied, or the apply whose end nobody knows: with the machine that was lost at it,
        or without one if it was this one.

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
        if intent is None:
            return None
        if done:
            return self._adopt(record, intent)
        elsewhere = intent.host not in ("", self.journal.keeper.holder.host)
        return replace(intent, host=intent.host if elsewhere else "") if intent.differs else None

    def discard_left(self, address: UnitAddress) -> None:
        """Remove what an earlier process has left in clear; the caller holds the unit's lease.

        What can't be removed changes nothing about an outcome, and `prune` tries again.
        """
        with suppress(OSError):
            self.port.discard_plans(address)

    def interrupt(self, level: int) -> None:
        """Ask what is being waited for to stop (1), or kill it (2)."""
        self.port.interrupt(level)

    def _adopt(self, record: RunUnitRecord, intent: Intent) -> UnitResult:
        """Record an apply that succeeded in an earlier process, which could not record it any more."""
        intended, result = intent.unit, _result(record, Outcome.APPLIED)
        if record.operation is Operation.DESTROY:
            self.port.drop_state_before(record.address)
            self.journal.destroyed(record.address, result, intended.binary)
            return result
        before = intent.prior or self._recorded(record.address)
        try:
            state = self.port.state_of(intended)
            self._check_written(record.address, before, state, must_differ=intent.differs)
        except DiagnosticError as fault:
            result = replace(result, outcome=Outcome.FAILED, diagnostics=fault.diagnostics)
            self.journal.unbelieved(intended, written_at_least(before) if intent.differs else before, result)
        else:
            self.journal.adopted(intended, state, result)
            self.port.drop_state_before(record.address)
        return result

    def _recorded(self, address: UnitAddress) -> StateMark | None:
        known = self.journal.ledger.reader.applied([address]).get(address)
        return known.head.state if known else None

    def _check_written(
        self,
        address: UnitAddress,
        before: StateMark | None,
        state: StateSnapshot | None,
        *,
        must_differ: bool,
    ) -> None:
        """Refuse to believe a state that can't be what the apply has written."""
        after = state.mark if state else None
        fault = left_another(address, before, after, must_differ=must_differ)
        if fault is None and after is not None and before is None:
            fault = belongs_to_another(address, self.journal.others_at(address, after))
        if fault:
            raise DiagnosticError(fault)


def _result(record: RunUnitRecord, outcome: Outcome) -> UnitResult:
    return UnitResult(record.address, outcome, record.seconds, record.resources, record.diagnostics)
