"""What the unit step writes into the ledger: facts, each with the event that goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellwright.engine.evaluation import Work
from cellwright.engine.holding import Holding
from cellwright.engine.intent import remembered, to_json, with_inputs
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput, StateMark
from cellwright.model.run import Operation, Outcome, Run, UnitResult
from cellwright.model.value import Json
from cellwright.planning.digest import Digester
from cellwright.terraform.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Records for one run; every verb checks the lease's fence."""

    run: Run
    ledger: Ledger
    holding: Holding
    digester: Digester

    def planning(self, work: Work) -> None:
        """Terraform is about to look at the unit."""
        self._enter(work.part.address, UnitState.PLANNING)

    def applying(self, work: Work, terraform_version: str) -> None:
        """Terraform is about to change the world; says what will be true if it succeeds."""
        self._enter(work.part.address, UnitState.APPLYING, to_json(self._remembered(work, terraform_version)))

    def applied(self, work: Work, state: StateSnapshot, terraform_version: str, result: UnitResult) -> None:
        """The unit is as its settings say."""
        self.adopted(self._remembered(work, terraform_version), state, result)

    def adopted(self, intended: AppliedUnit, state: StateSnapshot, result: UnitResult) -> None:
        """The unit is as `intended`, which may have been written down before a crash."""
        unit = with_state(intended, state, self.digester)
        verb = "unit.applied" if result.outcome is Outcome.APPLIED else "unit.confirmed"
        self.ledger.recorder.record_applied(
            unit, result, self.run.id, self._event(verb, result, unit), self._fence(result.address)
        )

    def destroyed(self, address: UnitAddress, result: UnitResult) -> None:
        """Nothing of the unit is left."""
        event = self._event("unit.destroyed", result, None)
        self.ledger.recorder.record_destroyed(result, self.run.id, event, self._fence(address))

    def result(self, result: UnitResult) -> None:
        """The unit ended without Terraform changing anything."""
        event = self._event("unit.failed", result, None) if result.outcome is Outcome.FAILED else None
        self.ledger.recorder.record_result(
            self.run.id, result, event=event, fencing=self._fence(result.address)
        )

    def halfway(self, work: Work, state: StateMark | None, result: UnitResult) -> None:
        """An apply did not end well and may have changed the world."""
        attempted = self._attempted(work, state)
        event = self._event(f"unit.{result.outcome.value}", result, attempted)
        self.ledger.recorder.record_result(
            self.run.id, result, attempted=attempted, event=event, fencing=self._fence(result.address)
        )

    def _attempted(self, work: Work, state: StateMark | None) -> AppliedUnit | None:
        if work.part.operation is Operation.DESTROY:
            return self.ledger.reader.applied([work.part.address]).get(work.part.address)
        return with_inputs(remembered(work, self.run, "", state))

    def _remembered(self, work: Work, terraform_version: str) -> AppliedUnit:
        return remembered(work, self.run, terraform_version, None)

    def _enter(self, unit: UnitAddress, state: UnitState, intent: Json = None) -> None:
        self.ledger.recorder.enter(self.run.id, unit, state, intent, self._fence(unit))

    def _fence(self, unit: UnitAddress) -> int | None:
        return self.holding.fencing(unit)

    def _event(self, action: str, result: UnitResult, unit: AppliedUnit | None) -> EventDraft:
        counts = result.resources
        detail: dict[str, Json] = {
            "run": self.run.id,
            "add": counts.add,
            "change": counts.change,
            "destroy": counts.destroy,
            "replace": counts.replace,
        }
        if unit is not None:
            detail |= {
                "source": unit.source_label,
                "commit": unit.commit,
                "fingerprint": unit.head.fingerprint,
            }
        if result.diagnostics:
            detail["summary"] = result.diagnostics[0].summary
        return EventDraft(self.run.actor, action, str(result.address), self.run.reason, detail)


def with_state(unit: AppliedUnit, state: StateSnapshot, digester: Digester) -> AppliedUnit:
    """Complete what was intended with what Terraform left behind."""
    head = replace(unit.head, state=state.mark)
    return replace(unit, head=head, outputs=recorded_outputs(state, digester))


def recorded_outputs(state: StateSnapshot, digester: Digester) -> Mapping[str, RecordedOutput]:
    """Outputs as the ledger keeps them: sensitive ones by keyed digest only."""
    return {
        name: RecordedOutput(digester.keyed(item.value), sensitive=True)
        if item.sensitive
        else RecordedOutput(digester.plain(item.value), sensitive=False, value=item.value)
        for name, item in state.outputs.items()
    }
