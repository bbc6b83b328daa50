"""What becomes of a unit that was claimed from the queue: the real unit step over a scripted Terraform."""

import pytest

from cellwright.engine.dispatch.ledger_answers import LedgerAnswers
from cellwright.engine.dispatch.queued import QueuedUnits
from cellwright.engine.lease.keeper import this_process
from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.approvals import Answer
from cellwright.ledger.queue.claims import Claim, ClaimRequest
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import error
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from cellwright.terraform.process.unit_lock import UnitLockedError
from unit.engine.kit import APP, PART, RUN, Bench, Interrupts, make_run

ADA = Actor("ada", "test")


class Hands:
    """One process that carries out the run of one unit."""

    def __init__(self, bench: Bench, *, preapproved: bool = False) -> None:
        self.bench, self.interrupts, self.run = bench, Interrupts(), make_run()
        self.ledger = bench.ledger
        queued = QueuedRun(task={}, units=(QueuedUnit(address=APP),))
        self.ledger.recorder.start_run(self.run, queued=queued)
        self.step = self.made(preapproved=preapproved)
        self.units = QueuedUnits(
            parts={APP: PART},
            step=self.step,
            keeper=self.step.keeper,
            queue=self.ledger.queue,
            answers=LedgerAnswers(self.ledger, self.run, ADA),
            record=lambda address: self.ledger.reader.run_unit(RUN, address),
            interrupts=self.interrupts,
            why_stopped=lambda: (error("cancelled by grace"),),
            place="here",
            preapproved=preapproved,
        )

    def made(self, *, preapproved: bool) -> TerraformStep:
        step = self.bench.step(self.run, begin=False, asks=not preapproved)
        step.yields = True
        return step

    def claim(self) -> Claim:
        found = self.ledger.queue.claim(ClaimRequest(worker="w1", holder=this_process, ttl=60, place="here"))
        assert found is not None
        return found

    def carry_out(self) -> bool:
        again = self.units.carry_out(self.claim())
        self.ledger.queue.advance(RUN, ADA, [APP])
        return again

    def answer(self, *, approved: bool) -> None:
        plans = {item.unit: item.plan_digest for item in self.ledger.approvals.of_run(RUN)}
        self.ledger.approvals.answer(RUN, plans, Answer(actor=ADA, approved=approved, reason="so"))

    @property
    def status(self) -> RunStatus:
        found = self.ledger.reader.summary(RUN)
        assert found is not None
        return found.status


def test_what_was_approved_beforehand_is_applied_at_once(bench: Bench) -> None:
    hands = Hands(bench, preapproved=True)
    assert hands.carry_out() is False
    assert bench.record().outcome is Outcome.APPLIED
    assert hands.status is RunStatus.SUCCEEDED
    assert bench.ledger.reader.lease_holders() == {}


def test_a_plan_waits_with_its_file_and_the_same_plan_is_applied(bench: Bench) -> None:
    hands = Hands(bench)
    assert hands.carry_out() is False
    assert bench.record().state is UnitState.PLANNED
    assert bench.terraform.log[-1] == "leave"
    assert bench.ledger.reader.lease_holders() == {}
    assert list(bench.ledger.queue.states(RUN).values()) == ["waiting"]
    hands.answer(approved=True)
    hands.carry_out()
    assert bench.record().outcome is Outcome.APPLIED
    assert [verb for verb in bench.terraform.log if verb == "plan"] == ["plan"]
    assert any(verb.startswith("reuse") for verb in bench.terraform.log)


def test_a_plan_that_was_rejected_is_removed_without_opening_its_folder(bench: Bench) -> None:
    hands = Hands(bench)
    hands.carry_out()
    hands.answer(approved=False)
    opened = [verb for verb in bench.terraform.log if verb.startswith("open")]
    hands.carry_out()
    record = bench.record()
    assert record.outcome is Outcome.REFUSED
    assert record.diagnostics[0].summary == "the plan was rejected by ada: so"
    assert bench.terraform.log[-1] == "discard app"
    assert [verb for verb in bench.terraform.log if verb.startswith("open")] == opened
    assert hands.status is RunStatus.FAILED


def test_what_waits_in_a_cancelled_run_ends_as_cancelled(bench: Bench) -> None:
    hands = Hands(bench)
    hands.carry_out()
    bench.ledger.cancels.request(RUN, ADA)
    bench.ledger.queue.advance(RUN, ADA)
    hands.interrupts.level = 1
    hands.carry_out()
    assert bench.record().outcome is Outcome.CANCELLED
    assert hands.status is RunStatus.CANCELLED


def test_a_unit_in_whose_folder_somebody_works_is_left_for_later(bench: Bench) -> None:
    def locked() -> None:
        raise UnitLockedError(error("somebody works there"))

    hands = Hands(bench, preapproved=True)
    bench.terraform.during["open"] = locked
    assert hands.carry_out() is False
    assert list(bench.ledger.queue.states(RUN).values()) == ["delayed"]
    assert bench.record().outcome is None
    assert bench.ledger.reader.lease_holders() == {}


def test_a_plan_that_was_made_anew_is_asked_for_anew(bench: Bench) -> None:
    hands = Hands(bench)
    hands.carry_out()
    hands.answer(approved=True)
    bench.terraform.digest = "another"
    hands.carry_out()
    assert "apply" not in bench.terraform.log
    assert bench.record().state is UnitState.PLANNED
    assert list(bench.ledger.queue.states(RUN).values()) == ["waiting"]


def test_after_a_fault_of_ours_the_unit_s_end_can_be_recorded_under_its_lease(bench: Bench) -> None:
    def fault() -> None:
        raise KeyError("ours")

    hands = Hands(bench, preapproved=True)
    bench.terraform.during["plan"] = fault
    claim = hands.claim()
    with pytest.raises(KeyError):
        hands.units.carry_out(claim)
    ended = UnitResult(APP, Outcome.FAILED)
    bench.ledger.recorder.record_result(RUN, ended, fencing=claim.lease.fencing, turn=claim.turn)
    assert bench.terraform.log[-1] == "close"
    assert bench.record().outcome is Outcome.FAILED
