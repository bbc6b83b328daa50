"""Claims whose holder was lost: taken again, counted, and what was recorded just before is not done again."""

from cellwright.ledger.opening import Ledger
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import TTL, claim, end, outcomes, plain, queue_run, states, take


def test_a_claim_whose_lease_has_run_out_is_taken_again_and_its_holder_refused(
    ledger: Ledger, clock: SetClock
) -> None:
    queue_run(ledger, "r1", plain("a"))
    late = take(ledger)
    assert ledger.queue.reap(lambda _holder: False).freed == 0
    clock.pass_by(TTL + 1)
    assert ledger.queue.reap(lambda _holder: False, late=False).freed == 0
    assert ledger.queue.reap(lambda _holder: False).freed == 1
    again = take(ledger)
    assert again.lease.fencing > late.lease.fencing
    assert ledger.queue.park(late, "d1") is False
    ledger.queue.delay(late, 0)
    assert states(ledger, "r1") == {"a": "claimed"}
    assert ledger.leases.renew([again.lease], TTL)
    end(ledger, again)
    assert outcomes(ledger, "r1") == {"a": "applied"}


def test_claims_that_are_lost_in_a_row_are_counted_until_somebody_gives_the_unit_back(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    for lost in range(3):
        assert not take(ledger).is_hopeless
        assert ledger.queue.reap(lambda _holder: True).freed == 1, lost
    fourth = take(ledger)
    assert fourth.is_hopeless
    ledger.queue.delay(fourth, 0)
    assert take(ledger).claims == 1


def test_a_dead_process_of_this_machine_is_not_waited_for(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    take(ledger)
    other = claim(ledger, "w2")
    assert other is not None
    found = ledger.queue.reap(lambda holder: holder.process_id == 2, late=False)
    assert found.freed == 1
    assert states(ledger, "r1") == {"a": "claimed", "b": "ready"}


def test_a_unit_that_was_recorded_just_before_a_kill_is_not_done_again(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    one = take(ledger)
    ledger.recorder.record_result("r1", UnitResult(one.unit, Outcome.UNCHANGED), fencing=one.lease.fencing)
    ledger.leases.release(one.lease)
    found = ledger.queue.reap(lambda _holder: False)
    assert (found.freed, list(found.runs)) == (0, ["r1"])
    assert ledger.queue.advance("r1").status is RunStatus.SUCCEEDED


def test_the_end_of_a_run_that_was_refused_says_so(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    for outcome in (Outcome.APPLIED, Outcome.REFUSED):
        one = take(ledger)
        ledger.recorder.record_result("r1", UnitResult(one.unit, outcome), fencing=one.lease.fencing)
        ledger.leases.release(one.lease)
    found = ledger.queue.advance("r1")
    assert (found.status, found.refused) == (RunStatus.FAILED, True)
