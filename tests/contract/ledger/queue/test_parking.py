"""Units whose plans wait for an answer: they hold nothing, and no answer is missed."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from cellwright.ledger import approvals, audit
from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.runs.event import Event
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import ADA, ask, claim, claimed, plain, queue_run, states, take, unit
from patience import PATIENCE


@pytest.mark.parametrize("approved", [True, False])
def test_a_unit_that_waits_holds_nothing_until_it_is_answered_for(ledger: Ledger, *, approved: bool) -> None:
    queue_run(ledger, "r1", plain("a"))
    one = take(ledger)
    ask(ledger, one, "d1")
    assert ledger.queue.park(one, "d1") is False
    assert states(ledger, "r1") == {"a": "waiting"}
    assert claim(ledger) is None
    assert ledger.reader.lease_holders() == {}
    ledger.approvals.answer("r1", {unit("a"): "another plan"}, Answer(actor=ADA, approved=approved))
    assert claim(ledger) is None
    ledger.approvals.answer("r1", {unit("a"): "d1"}, Answer(actor=ADA, approved=approved))
    again = take(ledger)
    assert (again.unit, again.claims) == (unit("a"), 1)
    assert again.lease.fencing > one.lease.fencing


def test_a_plan_is_left_to_the_machine_that_has_it_for_a_while(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    one = take(ledger)
    ask(ledger, one, "d1")
    ledger.queue.park(one, "d1", "here")
    clock.pass_by(3600)
    ledger.approvals.answer("r1", {unit("a"): "d1"}, Answer(actor=ADA, approved=True))
    assert claimed(ledger, place="there") == ["r1 b"]
    clock.pass_by(50)
    assert claim(ledger, place="there") is None
    clock.pass_by(11)
    assert claimed(ledger, place="there") == ["r1 a"]


def test_an_answer_that_came_first_is_not_waited_for(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    one = take(ledger)
    ask(ledger, one, "d1")
    ledger.approvals.answer("r1", {unit("a"): "d1"}, Answer(actor=ADA, approved=True))
    assert ledger.queue.park(one, "d1") is True
    assert take(ledger).unit == unit("a")


def test_an_answer_that_is_being_recorded_is_not_missed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = queue_run(ledger, "r1", plain("a"))
    mine = claim(ledger)
    assert mine is not None
    ledger.recorder.enter(run, unit("a"), UnitState.PLANNING)
    ledger.approvals.ask(run, unit("a"), {}, "d1", mine.lease.fencing)
    recording, go_on = threading.Event(), threading.Event()
    append = audit.append

    def slow(*given: Any) -> Event:  # noqa: ANN401  whatever it takes
        recording.set()
        assert go_on.wait(PATIENCE)
        return append(*given)

    monkeypatch.setattr(approvals, "append", slow)
    with ThreadPoolExecutor(2) as pool:
        answering = pool.submit(
            ledger.approvals.answer, run, {unit("a"): "d1"}, Answer(actor=ADA, approved=True)
        )
        assert recording.wait(PATIENCE)
        parking = pool.submit(ledger.queue.park, mine, "d1")
        wait([parking], timeout=0.5)  # a unit that does not wait for the answer is parked by then
        go_on.set()
        assert answering.result() == {unit("a")}
        assert parking.result() is True
    assert ledger.queue.states(run) == {unit("a"): "ready"}
