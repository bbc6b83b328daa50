"""Records a unit's progress in the ledger, each fact with its event."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cellwright.engine.approval import YES
from cellwright.engine.lease.keeper import LeaseKeeper
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.intent import Intent, intended, recorded, with_inputs
from cellwright.engine.unit.intent import to_json as intent_to_json
from cellwright.engine.unit.legal_hold import refuse_early, refuse_legal_hold
from cellwright.engine.unit.orphan import recorded_settings
from cellwright.engine.unit.planned import Planned, to_json
from cellwright.engine.unit.ports import ReadPlan
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.begun_resources import begun_resources, made_resources
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import NO_STATE, RESOURCES, AppliedUnit, RecordedOutput, StateMark
from cellwright.model.binary import UNKNOWN_BINARY, BinaryVersion
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.drift import drift_of_summary
from cellwright.model.runs.event import PLAN_JUDGED
from cellwright.model.runs.plan import counts_to_json
from cellwright.model.runs.plan_options import USUAL, PlanOptions, options_to_json
from cellwright.model.runs.removal import Removing
from cellwright.model.runs.run import Operation, Outcome, Run, UnitResult
from cellwright.model.states.state_place import state_place
from cellwright.model.value import Json
from cellwright.planning.binding import output_scope
from cellwright.planning.digest import Digester
from cellwright.planning.partial_apply import is_for_a_part, partly
from cellwright.planning.policy.verdict import Basis, Consequence, Finding
from cellwright.terraform.output.states.state_reader import StateSnapshot

if TYPE_CHECKING:
    from cellwright.ledger.drift.values import Look

_FINDINGS_NAMED = 20
"""So many findings and exceptions of policies stand in an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Records for one run, under the leases on its units."""

    run: Run
    actor: Actor
    """Who carries the run out now; not always who started it."""
    canceller: Callable[[], Actor | None] = lambda: None
    """Who has cancelled the run from another process."""
    ledger: Ledger
    keeper: LeaseKeeper
    digester: Digester
    approved_how: str = YES
    """How plans were approved about which nobody is asked."""
    options: PlanOptions = USUAL
    """How the run's plans are made."""
    dirty: bool = False
    """The commit does not say what is applied."""
    _told: set[str] = field(default_factory=set)
    """The digests of the policies whose rules are in an event of this run."""
    turn: int | None = None
    """With which this process carries the run out; None where nobody else can resume it."""

    def attempt_id(self, unit: UnitAddress) -> str:
        """Name the present attempt at the unit; no other, of any run on any machine, has that name."""
        return f"{self.run.id}.{self._fencing(unit)}"

    def others_at(self, unit: UnitAddress, mark: StateMark) -> Sequence[UnitAddress]:
        """Other units whose state the ledger records in this very version."""
        return [other for other in self.ledger.reader.units_at(mark) if other != unit]

    def planning(self, task: UnitTask) -> None:
        """Terraform is about to plan the unit."""
        address = task.part.address
        fencing = self._fencing(address)
        self.ledger.recorder.enter(self.run.id, address, UnitState.PLANNING, None, fencing, turn=self.turn)

    def state_moved(self, task: UnitTask, state: StateMark | None) -> None:
        """The unit's state lies where its settings say now; else nothing about the unit has changed."""
        address = task.part.address
        known = self.ledger.reader.applied([address]).get(address)
        if known is None or task.moved_from is None:
            return
        backend = recorded_settings(task.unit.backend)
        moved = replace(
            known,
            head=replace(known.head, state=state),
            backend_digest=task.ingredients.backend_digest,
            recipe={**known.recipe, "backend": backend},
        )
        detail: dict[str, Json] = {
            "run": self.run.id,
            "from": str(state_place(task.moved_from, address)),
            "to": str(state_place(task.unit.backend, address)),
        }
        event = EventDraft(self.actor, "unit.state_moved", str(address), self.run.reason, detail)
        self.ledger.recorder.record_moved(moved, event, self._fencing(address))

    def planned(self, planned: Planned) -> None:
        """The unit's plan waits for somebody's answer; from now on another process can go on with it."""
        address = planned.address
        self.ledger.approvals.ask(
            self.run.id, address, to_json(planned), planned.plan_digest, self._fencing(address)
        )

    def looked(self, address: UnitAddress, read: ReadPlan) -> None:
        """The unit is as it was applied by its settings; what its plan tells of the real resources."""
        found = read.drift
        if found is None or (read.summary.applyable and not found.is_drift):
            found = drift_of_summary(read.summary)
        self.ledger.drift.record(self._look(address), found, self._fencing(address))

    def unknown(self, address: UnitAddress, why: Sequence[Diagnostic]) -> None:
        """Terraform could not tell whether the real resources are as they were applied.

        Nothing is recorded without a lease: somebody else is at work with the unit.
        """
        fencing = self.keeper.fencing(address)
        if fencing is not None:
            said = why[0].summary if why else "nothing was said"
            self.ledger.drift.record_unknown(self._look(address), said, fencing)

    def _look(self, address: UnitAddress) -> "Look":
        from cellwright.ledger.drift.values import Look  # noqa: PLC0415  for runs that look for drift

        return Look(unit=address, run=self.run.id, actor=self.actor, reason=self.run.reason)

    def judged(self, address: UnitAddress, plan: str, findings: Sequence[Finding], basis: Basis) -> None:
        """The fleet's policies have judged a plan of the unit; what they found holds no secrets."""
        levels = Counter(finding.level for finding in findings)
        detail: dict[str, Json] = {
            "run": self.run.id,
            "plan": plan,
            "policies": basis.policies,
            "denied": levels[Consequence.DENY],
            "warned": levels[Consequence.WARN],
        }
        if findings:
            detail["findings"] = [_found(finding) for finding in findings[:_FINDINGS_NAMED]]
        if basis.exceptions:
            detail["exceptions"] = [dict(item) for item in basis.exceptions[:_FINDINGS_NAMED]]
        if basis.policies not in self._told:  # the same for all plans of the run, so it stands there once
            self._told.add(basis.policies)
            detail["rules"] = dict(basis.rules)
        self.ledger.recorder.append_event(self.actor, PLAN_JUDGED, str(address), self.run.reason, detail)

    def applying(
        self, task: UnitTask, binary: BinaryVersion, read: ReadPlan, approved: Planned | None
    ) -> None:
        """Terraform is about to apply `read`; records what will be true if it succeeds.

        Until that is recorded the unit counts as failed, whatever happens to this process. `approved` is the
        plan that was approved beforehand; None if it has been asked for, so that its answer is on record.
        """
        address = task.part.address
        if task.part.operation is Operation.DESTROY:
            # Laid, or begun, while the plan waited for an answer.
            refuse_legal_hold(self.ledger, address)
            refuse_early(self.ledger, address)
        unit = self._intended(task, binary)
        host = self.keeper.holder.host
        intent = Intent(self.attempt_id(address), unit, read.prior, read.effect.differs, host)
        self.ledger.recorder.enter(
            self.run.id,
            address,
            UnitState.APPLYING,
            intent_to_json(intent),
            self._fencing(address),
            attempted=with_inputs(unit)
            if task.part.operation is not Operation.DESTROY
            else self._as_failed(task, None, binary),
            event=None if approved is None else self._approved(approved),
            removing=Removing(read.digest, read.removals) if read.removals else None,
        )

    def _approved(self, planned: Planned) -> EventDraft:
        detail: dict[str, Json] = {
            "how": self.approved_how,
            "plans": {str(planned.address): planned.plan_digest},
        }
        if self.options:
            detail["options"] = options_to_json(self.options)
        return EventDraft(self.actor, "run.approved", self.run.id, self.run.reason, detail)

    def applied(
        self, task: UnitTask, state: StateSnapshot | None, binary: BinaryVersion, result: UnitResult
    ) -> None:
        """The unit is as its settings say; no state means that there is nothing in it."""
        self.adopted(self._intended(task, binary), state, result, task.renamed_from)

    def adopted(
        self,
        intended: AppliedUnit,
        state: StateSnapshot | None,
        result: UnitResult,
        former: UnitAddress | None = None,
    ) -> None:
        """The unit is as `intended`, which may have been written down before a crash."""
        if is_for_a_part(intended.recipe):
            self._partly_applied(intended, state, result)
            return
        unit = with_state(intended, state, self.digester)
        unit = replace(unit, applied_at=datetime.now(UTC).isoformat(timespec="seconds"))
        verb = "unit.applied" if result.outcome is Outcome.APPLIED else "unit.confirmed"
        self.ledger.recorder.record_applied(
            unit,
            result,
            self.run.id,
            self._event(verb, result, unit, unit.binary),
            self._fencing(result.address),
            former,
            keeps_drift=self.options.refresh_only,
        )

    def _partly_applied(self, intended: AppliedUnit, state: StateSnapshot | None, result: UnitResult) -> None:
        """A part of the unit was applied, and the rest may not be as its settings say."""
        found = with_inputs(intended)
        fingerprint = partly(found.head.fingerprint or "")
        mark = state.mark if state is not None else None
        unit = replace(found, head=replace(found.head, fingerprint=fingerprint, state=mark))
        event = self._event("unit.applied", result, intended, unit.binary)
        self.ledger.recorder.record_result(
            self.run.id, result, attempted=unit, event=event, fencing=self._fencing(result.address)
        )

    def destroyed(self, address: UnitAddress, result: UnitResult, binary: BinaryVersion) -> None:
        """Nothing of the unit is left."""
        event = self._event("unit.destroyed", result, None, binary)
        self.ledger.recorder.record_destroyed(result, self.run.id, event, self._fencing(address))

    def result(self, result: UnitResult) -> None:
        """The unit ended without Terraform changing anything.

        Without a lease on it, only a unit that nobody has begun with: else its outcome is somebody else's to
        record, or a resumed run's, which needs to know how far it had come.
        """
        fencing = self.keeper.fencing(result.address)
        if fencing is None:
            self.ledger.recorder.record_unbegun(self.run.id, result, self.turn)
            return
        event = self._event("unit.failed", result) if result.outcome is Outcome.FAILED else None
        # A process that is fenced out of the run fails at this unit; that is no outcome of the unit's.
        self.ledger.recorder.record_result(self.run.id, result, event=event, fencing=fencing, turn=self.turn)

    def apply_failed(
        self, task: UnitTask, state: StateMark | None, binary: BinaryVersion, result: UnitResult
    ) -> None:
        """An apply failed or was stopped, and may have changed real resources."""
        self._record_failed(self._as_failed(task, state, binary), binary, result)

    def begun(self, unit: UnitAddress) -> tuple[str, ...]:
        """Name what the latest apply of the unit in this run is known to have begun with."""
        return begun_resources(self.ledger.progress, self.run.id, unit)

    def made(self, unit: UnitAddress) -> tuple[str, ...]:
        """Name what the latest apply of the unit in this run has told to be created."""
        return made_resources(self.ledger.progress, self.run.id, unit)

    def unbelieved(self, intended: AppliedUnit, state: StateMark | None, result: UnitResult) -> None:
        """An apply that ended well in an earlier process has not left the state that it has written."""
        failed = with_inputs(intended)
        failed = replace(failed, head=replace(failed.head, state=state))
        self._record_failed(failed, intended.binary, result)

    def _record_failed(self, failed: AppliedUnit | None, binary: BinaryVersion, result: UnitResult) -> None:
        event = self._event(f"unit.{result.outcome.value}", result, failed, binary)
        self.ledger.recorder.record_result(
            self.run.id, result, attempted=failed, event=event, fencing=self._fencing(result.address)
        )

    def state_accepted(self, task: UnitTask, found: StateMark | None) -> None:
        """The unit goes on with a state that is not the recorded one, because somebody has said so."""
        recorded = task.recorded_state or NO_STATE
        now = found or NO_STATE
        detail: dict[str, Json] = {
            "run": self.run.id,
            "recorded": {"lineage": recorded.lineage, "serial": recorded.serial},
            "accepted": {"lineage": now.lineage, "serial": now.serial},
        }
        self.ledger.recorder.append_event(
            self.actor, "state.accepted", str(task.part.address), task.accepted, detail
        )

    def state_settled(self, task: UnitTask, what: str) -> None:
        """A state that an earlier command could not write, or left cut off, was brought in order."""
        self.ledger.recorder.append_event(
            self.actor,
            "state.settled",
            str(task.part.address),
            task.accepted or self.run.reason,
            {"run": self.run.id, "summary": what},
        )

    def _as_failed(
        self, task: UnitTask, state: StateMark | None, binary: BinaryVersion
    ) -> AppliedUnit | None:
        if task.part.operation is Operation.DESTROY:
            known = self.ledger.reader.applied([task.part.address]).get(task.part.address)
            return None if known is None else _half_destroyed(replace(known, binary=binary), state)
        failed = with_inputs(self._intended(task, binary))
        return replace(failed, head=replace(failed.head, state=state))

    def _intended(self, task: UnitTask, binary: BinaryVersion) -> AppliedUnit:
        return intended(task, self.run, self.digester, binary)

    def _fencing(self, unit: UnitAddress) -> int:
        fencing = self.keeper.fencing(unit)
        if fencing is None:
            raise RuntimeError(f"{unit} is recorded without a lease on it")
        return fencing

    def _event(
        self,
        action: str,
        result: UnitResult,
        unit: AppliedUnit | None = None,
        binary: BinaryVersion = UNKNOWN_BINARY,
    ) -> EventDraft:
        detail: dict[str, Json] = {"run": self.run.id, **counts_to_json(result.resources)}
        if unit is not None:
            detail |= {
                "source": unit.source_label,
                "commit": unit.commit,
                "fingerprint": unit.head.fingerprint,
            }
            detail |= {"dirty": True} if self.dirty else {}
        if self.options:
            detail |= {"options": options_to_json(self.options)}
        if binary.version:
            detail |= {"product": binary.product, "version": binary.version}
        if result.diagnostics:
            detail["summary"] = result.diagnostics[0].summary
        actor = self.actor
        if result.outcome is Outcome.CANCELLED:
            actor = self.canceller() or actor
        return EventDraft(actor, action, str(result.address), self.run.reason, detail)


def _found(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "resource": finding.resource,
        "message": finding.message,
    }


def with_state(unit: AppliedUnit, state: StateSnapshot | None, digester: Digester) -> AppliedUnit:
    """Complete what was intended with what Terraform left behind."""
    if state is None:
        return replace(unit, recipe={**unit.recipe, RESOURCES: 0})
    head = replace(unit.head, state=state.mark)
    outputs = recorded_outputs(head.address, state, digester)
    recipe = {**unit.recipe, RESOURCES: state.resources}
    return replace(unit, head=head, outputs={**unit.outputs, **outputs}, recipe=recipe)


def _half_destroyed(known: AppliedUnit, state: StateMark | None) -> AppliedUnit:
    """Describe a unit of which a destroy may have left parts: it counts as failed, whatever its settings."""
    fingerprint = known.head.fingerprint or known.head.failed
    recipe = {key: found for key, found in known.recipe.items() if key != RESOURCES}
    return replace(known, head=replace(known.head, fingerprint=fingerprint, state=state), recipe=recipe)


def recorded_outputs(
    unit: UnitAddress, state: StateSnapshot, digester: Digester
) -> Mapping[str, RecordedOutput]:
    """Outputs as the ledger keeps them."""
    return {
        name: recorded(item.value, digester, output_scope(unit, name) if item.sensitive else None)
        for name, item in state.outputs.items()
    }
