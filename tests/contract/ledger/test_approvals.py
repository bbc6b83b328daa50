"""Approvals: a question is about one plan, the first answer to it counts, and any process may give it."""

from dataclasses import replace

import pytest

from cellwright.ledger.approvals import Answer
from cellwright.ledger.leases import Holder, Lease, LeaseLost
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.run_state import Approval, Decision, TransitionError, UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome, RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, DATABASE, NETWORK, RUN, result, run

NOW = "2026-11-22T21:48:12.345678+00:00"
LATER = "2026-11-22T21:49:12.345678+00:00"
YES = Answer(actor=Actor("grace"), approved=True, reason="seen", how="command")
NO = Answer(actor=Actor("ada"), approved=False, reason="too late for today")


def ask(ledger: Ledger, digest: str = "p1", unit: UnitAddress = APP) -> None:
    ledger.approvals.ask(RUN, unit, {"path": "/folder/p"}, digest, None)


@pytest.fixture
def asked(ledger: Ledger) -> Ledger:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ask(ledger)
    return ledger


def state(ledger: Ledger, unit: UnitAddress = APP) -> UnitState:
    record = ledger.reader.run_unit(RUN, unit)
    assert record is not None
    return record.state


def decisions(ledger: Ledger) -> list[tuple[str, Decision | None]]:
    return [(item.plan_digest, item.decision) for item in ledger.approvals.of_run(RUN)]


def test_a_question_plans_its_unit_and_waits(asked: Ledger) -> None:
    record = asked.reader.run_unit(RUN, APP)
    assert record is not None
    assert (record.state, record.plan) == (UnitState.PLANNED, {"path": "/folder/p"})
    assert asked.approvals.of_run(RUN) == (Approval(unit=APP, plan_digest="p1", asked_at=NOW),)
    assert asked.approvals.answers(RUN, {APP: "p1"}) == {}


@pytest.mark.parametrize("answer", [YES, NO])
def test_an_answer_is_seen_by_other_processes(
    asked: Ledger, url: str, clock: SetClock, answer: Answer
) -> None:
    clock.pass_by(60)
    with open_ledger(url, clock=clock) as elsewhere:
        assert elsewhere.approvals.answer(RUN, {APP: "p1"}, answer) == {APP}
    assert asked.approvals.answers(RUN, {APP: "p1"}) == {
        APP: Approval(
            unit=APP,
            plan_digest="p1",
            asked_at=NOW,
            decision=answer.decision,
            answered_by=answer.actor.name,
            answered_at=LATER,
            reason=answer.reason,
            how="command",
        )
    }
    event = asked.reader.latest_events(1)[0]
    assert (event.actor, event.action, event.subject, event.reason) == (
        answer.actor.name,
        f"run.{answer.decision.value}",
        RUN,
        answer.reason,
    )
    assert event.detail == {"how": "command", "plans": {str(APP): "p1"}}


def test_the_first_answer_counts(asked: Ledger) -> None:
    asked.approvals.answer(RUN, {APP: "p1"}, NO)
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == frozenset()
    assert decisions(asked) == [("p1", Decision.REJECTED)]
    assert [event.action for event in asked.reader.events()] == ["run.started", "run.rejected"]


def test_the_newest_answer_of_one_person_counts_until_it_is_acted_on(asked: Ledger) -> None:
    no = replace(YES, approved=False, reason="looked again")
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == {APP}
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == frozenset(), "the same again is no news"
    assert asked.approvals.answer(RUN, {APP: "p1"}, no) == {APP}
    assert asked.approvals.answer(RUN, {APP: "p1"}, replace(YES, actor=Actor("ada"))) == frozenset()
    with pytest.raises(DiagnosticError, match="grace has rejected the plan"):
        asked.recorder.enter(RUN, APP, UnitState.APPLYING, {})
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == {APP}
    asked.recorder.enter(RUN, APP, UnitState.APPLYING, {})
    assert asked.approvals.answer(RUN, {APP: "p1"}, no) == frozenset()
    assert decisions(asked) == [("p1", Decision.APPROVED)]
    told = [event.action for event in asked.reader.events()]
    assert told == ["run.started", "run.approved", "run.rejected", "run.approved"]


def test_an_answer_to_a_plan_that_was_replaced_stays_as_it_is(asked: Ledger) -> None:
    assert asked.approvals.answer(RUN, {APP: "p1"}, NO)
    ask(asked, "p2")
    changed = replace(NO, approved=True)
    assert asked.approvals.answer(RUN, {APP: "p1"}, changed) == frozenset()
    assert decisions(asked) == [("p1", Decision.REJECTED), ("p2", None)]


def test_what_was_rejected_may_be_planned_again_and_applied_without_a_question(asked: Ledger) -> None:
    asked.approvals.answer(RUN, {APP: "p1"}, NO)
    asked.recorder.enter(RUN, APP, UnitState.PLANNING)
    asked.recorder.enter(RUN, APP, UnitState.APPLYING, {})
    assert state(asked) is UnitState.APPLYING


def test_several_plans_are_answered_for_with_one_event(asked: Ledger) -> None:
    ask(asked, "p2", NETWORK)
    assert asked.approvals.answer(RUN, {APP: "p1", NETWORK: "p2", DATABASE: "p3"}, YES) == {APP, NETWORK}
    plans = {str(APP): "p1", str(NETWORK): "p2"}
    assert asked.reader.latest_events(1)[0].detail == {"how": "command", "plans": plans}
    assert set(asked.approvals.answers(RUN, {APP: "p1", NETWORK: "p2"})) == {APP, NETWORK}
    assert set(asked.approvals.answers(RUN, {APP: "p1", NETWORK: "another"})) == {APP}


def test_a_plan_made_anew_makes_the_question_before_it_void(asked: Ledger) -> None:
    asked.recorder.enter(RUN, APP, UnitState.PLANNING)
    ask(asked, "p2")
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == frozenset()
    assert sorted(decisions(asked), key=str) == [("p1", Decision.VOID), ("p2", None)]
    assert asked.approvals.answer(RUN, {APP: "p2"}, YES) == {APP}


def test_the_same_plan_made_anew_is_asked_for_anew(asked: Ledger) -> None:
    asked.approvals.answer(RUN, {APP: "p1"}, YES)
    asked.recorder.enter(RUN, APP, UnitState.PLANNING)
    ask(asked)
    assert decisions(asked) == [("p1", None)]


@pytest.mark.parametrize("then", ["planned again", "finished", "applying"])
def test_what_no_longer_waits_can_not_be_answered_for(asked: Ledger, then: str) -> None:
    if then == "finished":
        asked.recorder.record_result(RUN, result(Outcome.CANCELLED))
    else:
        asked.recorder.enter(
            RUN, APP, UnitState.PLANNING if then == "planned again" else UnitState.APPLYING, {}
        )
    assert asked.approvals.answer(RUN, {APP: "p1"}, YES) == frozenset()
    record = asked.reader.run_unit(RUN, APP)
    assert record is not None
    assert record.plan is None, "of a plan that no longer waits nothing is kept"


def test_a_stale_lease_asks_nothing(asked: Ledger) -> None:
    lease = asked.leases.acquire(APP, Holder("host-1", 4711, "boot-1", RUN), 30)
    assert isinstance(lease, Lease)
    asked.leases.release(lease)
    with pytest.raises(LeaseLost):
        asked.approvals.ask(RUN, APP, {}, "p2", lease.fencing)
    assert decisions(asked) == [("p1", None)]


def test_a_unit_that_is_finished_is_not_asked_for(asked: Ledger) -> None:
    asked.recorder.record_result(RUN, result(Outcome.FAILED))
    with pytest.raises(TransitionError):
        ask(asked, "p2")
    assert decisions(asked) == [("p1", None)]


def test_a_crash_keeps_the_plan_and_the_answer(asked: Ledger) -> None:
    asked.approvals.answer(RUN, {APP: "p1"}, YES)
    asked.recorder.reopen_run(RUN)
    assert state(asked) is UnitState.PLANNED
    assert decisions(asked) == [("p1", Decision.APPROVED)]


def test_the_time_in_which_a_run_only_waited_is_recorded_with_its_end(asked: Ledger, clock: SetClock) -> None:
    clock.pass_by(60)
    assert asked.recorder.finish_run(RUN, RunStatus.CANCELLED) == 60.0
    summary, whole = asked.reader.summary(RUN), asked.reader.run(RUN)
    assert summary is not None
    assert whole is not None
    assert (summary.waited, whole.waited) == (60.0, 60.0)
    assert (summary.seconds, whole.seconds) == (0.346, 0.346)
