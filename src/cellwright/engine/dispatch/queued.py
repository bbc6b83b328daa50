"""Takes units that were claimed from the queue to their outcomes, or lets them wait for an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cellwright.engine.approval import Interrupts
from cellwright.engine.dispatch.questions import AnswerBook, ended_as, rejected
from cellwright.engine.lease.keeper import LeaseKeeper
from cellwright.engine.unit import planned as planned_json
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import UnitStep
from cellwright.ledger.queue.claims import Claim
from cellwright.ledger.queue.queue import Queue
from cellwright.ledger.run_state import Approval, Decision, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.runs.run import Outcome, RunUnit, UnitResult
from cellwright.terraform.process.unit_lock import UnitLockedError

IN_THE_WAY = 5.0
"""Seconds after which a unit is tried again in whose folder another process works."""


class QueuedStep(UnitStep, Protocol):
    """The unit step as units of the queue need it."""

    def drop(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...]) -> UnitResult:
        """Finish a unit under its lease without opening its folder."""

    def park(self, planned: Planned) -> bool:
        """Let go of a unit whose plan waits; tells whether any machine can get the plan."""


@dataclass(slots=True, kw_only=True)
class QueuedUnits:
    """Carries out claimed units of one run in this process; used from several threads.

    Whatever happens here, the ledger decides what became of a unit. A claim that is given up without a word
    is found when its lease has run out.
    """

    parts: Mapping[UnitAddress, RunUnit]
    step: QueuedStep
    keeper: LeaseKeeper
    queue: Queue
    answers: AnswerBook
    record: Callable[[UnitAddress], RunUnitRecord | None]
    interrupts: Interrupts
    why_stopped: Callable[[], tuple[Diagnostic, ...]]
    place: str
    """The machine, on which plans lie that wait."""
    preapproved: bool
    """Plans go straight to apply, and nobody is asked."""

    def carry_out(self, claim: Claim) -> bool:
        """Work on a claimed unit; tells whether it may begin again at once.

        Raises:
            DiagnosticError: the ledger could not be reached; the lease is for the caller to give back.
        """
        self.keeper.adopt(claim.lease)
        try:
            found = self._carried_out(self.parts[claim.unit])
        except UnitLockedError:
            self.keeper.forget(claim.unit)
            self.queue.delay(claim, IN_THE_WAY)
            return False
        except BaseException:
            self.keeper.forget(claim.unit)
            raise
        if isinstance(found, Planned):
            everywhere = self.step.park(found)
            return self.queue.park(claim, found.plan_digest, "" if everywhere else self.place)
        return False

    def _carried_out(self, part: RunUnit) -> Planned | UnitResult:
        record = self.record(part.address)
        state = record.state if record is not None else UnitState.PENDING
        if state is not UnitState.APPLYING and self.interrupts.requested():
            return self.step.drop(part, Outcome.CANCELLED, self.why_stopped())
        if record is not None and state is UnitState.PLANNED and record.plan is not None:
            answer = self._answer(planned_json.from_json(part, record.plan))
            if answer is not None and answer.decision is not Decision.APPROVED:
                return self.step.drop(part, ended_as(answer), (rejected(answer),))
        found = self.step.plan(part)
        return found if isinstance(found, UnitResult) else self._planned(found)

    def _planned(self, found: Planned) -> Planned | UnitResult:
        if self.interrupts.requested():
            return self.step.abandon(found.part, Outcome.CANCELLED, self.why_stopped())
        if self.preapproved:
            return self.step.apply(found)
        try:
            answer = self._answer(found)
        except DiagnosticError:
            self.step.park(found)
            raise
        if answer is None:
            return found
        if answer.decision is Decision.APPROVED:
            return self.step.apply(found)
        return self.step.abandon(found.part, ended_as(answer), (rejected(answer),))

    def _answer(self, plan: Planned) -> Approval | None:
        return self.answers.found({plan.address: plan.plan_digest}).get(plan.address)
