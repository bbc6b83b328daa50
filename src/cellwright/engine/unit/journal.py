"""What the unit step writes into the ledger: facts, each with the event that goes with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cellwright.engine.lease.holding import Holding
from cellwright.engine.unit.evaluation import Work
from cellwright.engine.unit.intent import Intent, recorded, remembered, with_inputs
from cellwright.engine.unit.intent import to_json as intent_to_json
from cellwright.engine.unit.planned import Planned, to_json
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput, StateMark
from cellwright.model.run import Operation, Outcome, Run, UnitResult
from cellwright.model.value import Json
from cellwright.planning.digest import Digester
from cellwright.terraform.output.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Records for one run, every fact under the unit's lease."""

    run: Run
    actor: Actor
    """Who carries the run out now; not always who started it."""
    canceller: Callable[[], Actor | None] = lambda: None
    """Who has cancelled the run from another process."""
    ledger: Ledger
    holding: Holding
    digester: Digester

    def attempt_id(self, unit: UnitAddress) -> str:
        """Name the present attempt at the unit; no other, of any run on any machine, has that name."""
        return f"{self.run.id}.{self._fence(unit)}"

    def planning(self, work: Work) -> None:
        """Terraform is about to look at the unit."""
        address = work.part.address
        fence = self._fence(address)
        self.ledger.recorder.enter(self.run.id, address, UnitState.PLANNING, None, fence)

    def planned(self, planned: Planned) -> None:
        """The unit's plan waits for somebody's answer; from now on another process can go on with it."""
        address = planned.address
        self.ledger.approvals.ask(
            self.run.id, address, to_json(planned), planned.plan_digest, self._fence(address)
        )

    def applying(self, work: Work, terraform_version: str) -> None:
        """Terraform is about to change the world; says what will be true if it succeeds.

        Until that is recorded the unit counts as failed, whatever happens to this process.
        """
        address = work.part.address
        intent = Intent(self.attempt_id(address), self._remembered(work, terraform_version))
        self.ledger.recorder.enter(
            self.run.id,
            address,
            UnitState.APPLYING,
            intent_to_json(intent),
            self._fence(address),
            attempted=self._as_failed(work, None),
        )

    def applied(
        self, work: Work, state: StateSnapshot | None, terraform_version: str, result: UnitResult
    ) -> None:
        """The unit is as its settings say; no state means that there is nothing in it."""
        self.adopted(self._remembered(work, terraform_version), state, result)

    def adopted(self, intended: AppliedUnit, state: StateSnapshot | None, result: UnitResult) -> None:
        """The unit is as `intended`, which may have been written down before a crash."""
        unit = with_state(intended, state, self.digester)
        unit = replace(unit, applied_at=datetime.now(UTC).isoformat(timespec="seconds"))
        verb = "unit.applied" if result.outcome is Outcome.APPLIED else "unit.confirmed"
        self.ledger.recorder.record_applied(
            unit, result, self.run.id, self._event(verb, result, unit), self._fence(result.address)
        )

    def destroyed(self, address: UnitAddress, result: UnitResult) -> None:
        """Nothing of the unit is left."""
        event = self._event("unit.destroyed", result, None)
        self.ledger.recorder.record_destroyed(result, self.run.id, event, self._fence(address))

    def result(self, result: UnitResult) -> None:
        """The unit ended without Terraform changing anything.

        Without a lease on it, only a unit that nobody has begun with: else its outcome is somebody else's to
        record, or a resumed run's, which needs to know how far it had come.
        """
        fence = self.holding.fencing(result.address)
        if fence is None:
            self.ledger.recorder.record_unbegun(self.run.id, result)
            return
        event = self._event("unit.failed", result, None) if result.outcome is Outcome.FAILED else None
        self.ledger.recorder.record_result(self.run.id, result, event=event, fencing=fence)

    def halfway(self, work: Work, state: StateMark | None, result: UnitResult) -> None:
        """An apply did not end well and may have changed the world."""
        failed = self._as_failed(work, state)
        event = self._event(f"unit.{result.outcome.value}", result, failed)
        self.ledger.recorder.record_result(
            self.run.id, result, attempted=failed, event=event, fencing=self._fence(result.address)
        )

    def _as_failed(self, work: Work, state: StateMark | None) -> AppliedUnit | None:
        if work.part.operation is Operation.DESTROY:
            known = self.ledger.reader.applied([work.part.address]).get(work.part.address)
            return None if known is None else _half_destroyed(known, state)
        failed = with_inputs(self._remembered(work, ""))
        return replace(failed, head=replace(failed.head, state=state))

    def _remembered(self, work: Work, terraform_version: str) -> AppliedUnit:
        return remembered(work, self.run, self.digester, terraform_version)

    def _fence(self, unit: UnitAddress) -> int:
        fence = self.holding.fencing(unit)
        if fence is None:
            raise RuntimeError(f"{unit} is recorded without a lease on it")
        return fence

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
        actor = self.actor
        if result.outcome is Outcome.CANCELLED:
            actor = self.canceller() or actor
        return EventDraft(actor.name, action, str(result.address), self.run.reason, detail)


def with_state(unit: AppliedUnit, state: StateSnapshot | None, digester: Digester) -> AppliedUnit:
    """Complete what was intended with what Terraform left behind."""
    if state is None:
        return unit
    head = replace(unit.head, state=state.mark)
    return replace(unit, head=head, outputs={**unit.outputs, **recorded_outputs(state, digester)})


def _half_destroyed(known: AppliedUnit, state: StateMark | None) -> AppliedUnit:
    """A unit that a destroy may have left in pieces: of no settings can it be said that they hold."""
    fingerprint = known.head.fingerprint or known.head.failed
    return replace(known, head=replace(known.head, fingerprint=fingerprint, state=state))


def recorded_outputs(state: StateSnapshot, digester: Digester) -> Mapping[str, RecordedOutput]:
    """Outputs as the ledger keeps them."""
    return {
        name: recorded(item.value, digester, sensitive=item.sensitive) for name, item in state.outputs.items()
    }
