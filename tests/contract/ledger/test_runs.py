"""Runs, and how far each unit of them has come."""

from dataclasses import replace

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.turns import RunLost
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunUnitRecord, TransitionError, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, RUN, applied, result, run

NOW = "2026-11-22T21:48:12.345678+00:00"
LATER = "2026-11-22T21:49:12.345678+00:00"


def actions(ledger: Ledger) -> list[str]:
    return [event.action for event in ledger.reader.events()]


def test_there_are_no_runs_at_first(ledger: Ledger) -> None:
    assert ledger.reader.run(RUN) is None
    assert ledger.reader.runs(10) == ()
    assert ledger.reader.run_units(RUN) == {}
    assert ledger.reader.run_unit(RUN, APP) is None


def test_a_run_is_read_back_with_its_units_in_order(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())

    assert ledger.reader.run(RUN) == run()
    assert list(ledger.reader.run_units(RUN)) == [NETWORK, DATABASE, APP]
    assert ledger.reader.run_unit(RUN, APP) == RunUnitRecord(
        address=APP, operation=Operation.APPLY, wave=2, state=UnitState.PENDING
    )
    (event,) = ledger.reader.events()
    assert (event.actor, event.action, event.subject, event.reason) == (
        "ada",
        "run.started",
        RUN,
        "more replicas",
    )


def test_a_run_without_units_is_a_run(ledger: Ledger) -> None:
    empty = replace(run(), units=(), kind=RunKind.PLAN, commit=None)
    ledger.recorder.start_run(empty)
    assert ledger.reader.run(RUN) == empty


def test_a_run_that_is_refused_leaves_no_trace(ledger: Ledger) -> None:
    twice = replace(run(), units=(*run().units, *run().units))
    with pytest.raises(Exception, match="run_units"):
        ledger.recorder.start_run(twice)
    assert ledger.reader.run(RUN) is None
    assert actions(ledger) == []


def test_a_finished_run_counts_how_its_units_ended(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.record_applied(
        applied(NETWORK), result(Outcome.APPLIED, NETWORK), RUN, replace(APPLIED, subject=str(NETWORK))
    )
    ledger.recorder.record_result(RUN, result(Outcome.FAILED, DATABASE))
    ledger.recorder.record_result(RUN, result(Outcome.SKIPPED))
    clock.pass_by(60)
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)

    finished = ledger.reader.run(RUN)
    assert finished is not None
    assert (finished.status, finished.finished) == (RunStatus.FAILED, LATER)
    (summary,) = ledger.reader.runs(5)
    assert summary.counts == {"applied": 1, "failed": 1, "skipped": 1}
    assert (summary.id, summary.units, summary.finished) == (RUN, 3, LATER)
    assert actions(ledger) == ["run.started", "unit.applied", "run.finished"]


def test_the_time_until_a_run_is_resumed_is_none_that_it_took(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.record_result(RUN, result(Outcome.FAILED, DATABASE))
    clock.pass_by(30)
    assert ledger.recorder.finish_run(RUN, RunStatus.FAILED) == 0.0
    clock.pass_by(1000)
    ledger.recorder.reopen_run(RUN)
    clock.pass_by(20)
    assert ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED) == 1000.0
    clock.pass_by(500)
    ledger.recorder.reopen_run(RUN)
    assert ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED) == 1500.0


def test_a_run_in_progress_is_counted_by_where_its_units_stand(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, NETWORK, UnitState.PLANNING)
    ledger.recorder.record_result(RUN, result(Outcome.UNCHANGED))
    (summary,) = ledger.reader.runs(5)
    assert summary.counts == {"planning": 1, "pending": 1, "unchanged": 1}


def test_runs_are_listed_newest_first_a_page_at_a_time(ledger: Ledger) -> None:
    ids = [f"20261122-21481{digit}-0000" for digit in range(5)]
    for run_id in ids:
        ledger.recorder.start_run(run(run_id))

    first = ledger.reader.runs(2)
    assert [item.id for item in first] == [ids[4], ids[3]]
    assert [item.id for item in ledger.reader.runs(9, before=ids[3])] == [ids[2], ids[1], ids[0]]


def test_a_unit_goes_through_its_states(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    planning = ledger.reader.run_unit(RUN, APP)
    ledger.recorder.enter(RUN, APP, UnitState.PLANNED)
    ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {"fingerprint": "f1", "inputs": [1, None]})
    applying = ledger.reader.run_unit(RUN, APP)
    clock.pass_by(60)
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)

    begun = RunUnitRecord(
        address=APP, operation=Operation.APPLY, wave=2, state=UnitState.PLANNING, attempt=1, started=NOW
    )
    assert planning == begun
    assert applying == replace(
        begun, state=UnitState.APPLYING, intent={"fingerprint": "f1", "inputs": [1, None]}
    )
    assert ledger.reader.run_unit(RUN, APP) == replace(
        begun,
        state=UnitState.FINISHED,
        outcome=Outcome.APPLIED,
        finished=LATER,
        seconds=1.25,
        resources=result(Outcome.APPLIED).resources,
        diagnostics=result(Outcome.APPLIED).diagnostics,
    )


def test_planning_anew_is_a_new_attempt_without_the_old_intent(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {"fingerprint": "f1"})
    clock.pass_by(60)
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)

    record = ledger.reader.run_unit(RUN, APP)
    assert record is not None
    assert (record.attempt, record.started, record.intent) == (2, LATER, None)


@pytest.mark.parametrize(
    ("come_from", "state"),
    [
        ([], UnitState.APPLYING),
        ([], UnitState.PENDING),
        ([], UnitState.FINISHED),
        ([UnitState.PLANNING, UnitState.APPLYING], UnitState.PLANNED),
    ],
)
def test_a_state_is_only_entered_from_where_it_can_be(
    ledger: Ledger, come_from: list[UnitState], state: UnitState
) -> None:
    ledger.recorder.start_run(run())
    for earlier in come_from:
        ledger.recorder.enter(RUN, APP, earlier)
    before = ledger.reader.run_unit(RUN, APP)
    with pytest.raises(TransitionError, match=f"so it can't become {state.value}"):
        ledger.recorder.enter(RUN, APP, state)
    assert ledger.reader.run_unit(RUN, APP) == before


def test_a_unit_ends_only_once(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    seen = actions(ledger)

    with pytest.raises(TransitionError, match="client/acme/app is finished"):
        ledger.recorder.record_applied(applied(fingerprint="f2"), result(Outcome.APPLIED), RUN, APPLIED)
    with pytest.raises(TransitionError):
        ledger.recorder.record_destroyed(result(Outcome.APPLIED), RUN, APPLIED)
    with pytest.raises(TransitionError):
        ledger.recorder.record_result(RUN, result(Outcome.FAILED), attempted=applied(), event=APPLIED)
    with pytest.raises(TransitionError):
        ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    assert ledger.reader.heads() == {APP: applied().head}
    assert actions(ledger) == seen


def test_a_unit_that_is_no_part_of_the_run_is_refused(ledger: Ledger) -> None:
    ledger.recorder.start_run(run(RUN, NETWORK))
    with pytest.raises(TransitionError, match="no part of the run"):
        ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    assert ledger.reader.heads() == {}


def test_reopening_tries_again_what_did_not_come_to_its_end(ledger: Ledger) -> None:
    outcomes = [*Outcome]
    units = [UnitAddress("client", "acme", outcome.value) for outcome in outcomes]
    busy = UnitAddress("client", "acme", "busy")
    ledger.recorder.start_run(run(RUN, *units, busy))
    for unit, outcome in zip(units, outcomes, strict=True):
        ledger.recorder.enter(RUN, unit, UnitState.PLANNING)
        ledger.recorder.record_result(RUN, result(outcome, unit))
    ledger.recorder.enter(RUN, busy, UnitState.PLANNING)
    ledger.recorder.enter(RUN, busy, UnitState.APPLYING, {"fingerprint": "f1"})
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)
    ledger.recorder.reopen_run(RUN, "grace", "network is back")

    reopened = ledger.reader.run(RUN)
    assert reopened is not None
    assert (reopened.status, reopened.finished) == (RunStatus.RUNNING, None)
    records = ledger.reader.run_units(RUN)
    again = {unit.stack for unit, record in records.items() if record.state is UnitState.PENDING}
    assert again == {"failed", "skipped", "refused", "blocked", "cancelled"}
    assert records[UnitAddress("client", "acme", "failed")] == RunUnitRecord(
        address=UnitAddress("client", "acme", "failed"),
        operation=Operation.APPLY,
        wave=records[UnitAddress("client", "acme", "failed")].wave,
        state=UnitState.PENDING,
        attempt=1,
        started=NOW,
    )
    assert (records[busy].state, records[busy].intent) == (UnitState.APPLYING, {"fingerprint": "f1"})
    event = ledger.reader.latest_events(1)[0]
    assert (event.actor, event.action, event.reason) == ("grace", "run.resumed", "network is back")
    assert event.detail == {"reopened": 5}


def test_who_started_a_run_also_ends_it_unless_said_otherwise(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED, actor="grace")
    ledger.recorder.reopen_run(RUN)
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    assert [event.actor for event in ledger.reader.events()] == ["ada", "grace", "ada", "ada"]


def test_a_run_that_is_not_there_can_not_be_moved(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="no run 'none'"):
        ledger.recorder.finish_run("none", RunStatus.FAILED, actor="grace")
    with pytest.raises(LookupError, match="no run 'none'"):
        ledger.recorder.reopen_run("none", actor="grace")
    assert actions(ledger) == []


def test_a_result_may_bring_its_event(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.record_result(
        RUN, result(Outcome.FAILED), event=EventDraft("ada", "unit.failed", str(APP))
    )
    assert actions(ledger) == ["run.started", "unit.failed"]


def test_a_unit_that_nobody_began_ends_without_a_lease(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    assert ledger.recorder.record_unbegun(RUN, result(Outcome.SKIPPED)) is True
    record = ledger.reader.run_unit(RUN, APP)
    assert record is not None
    assert (record.state, record.outcome) == (UnitState.FINISHED, Outcome.SKIPPED)


def test_a_unit_that_somebody_began_is_theirs_to_end(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {"fingerprint": "f1"})

    assert ledger.recorder.record_unbegun(RUN, result(Outcome.CANCELLED)) is False

    record = ledger.reader.run_unit(RUN, APP)
    assert record is not None
    assert (record.state, record.intent) == (UnitState.APPLYING, {"fingerprint": "f1"})
    ledger.recorder.record_result(RUN, result(Outcome.FAILED))
    assert ledger.recorder.record_unbegun(RUN, result(Outcome.CANCELLED)) is False
    ended = ledger.reader.run_unit(RUN, APP)
    assert ended is not None
    assert ended.outcome is Outcome.FAILED


def test_other_runs_that_have_not_ended_are_told_of(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    assert not ledger.reader.others_running(RUN)
    assert ledger.reader.others_running("20260101-000000-0000")
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)
    assert not ledger.reader.others_running("20260101-000000-0000")


def test_a_process_whose_run_was_resumed_elsewhere_records_nothing_of_it(ledger: Ledger) -> None:
    first = ledger.recorder.start_run(run())
    assert ledger.reader.run_turn(RUN) == first
    second = ledger.recorder.reopen_run(RUN)
    assert ledger.reader.run_turn(RUN) == second
    for record in (
        lambda: ledger.recorder.enter(RUN, APP, UnitState.PLANNING, turn=first),
        lambda: ledger.recorder.record_unbegun(RUN, result(Outcome.SKIPPED), first),
        lambda: ledger.recorder.record_result(RUN, result(Outcome.FAILED), turn=first),
        lambda: ledger.recorder.finish_run(RUN, RunStatus.FAILED, turn=first),
    ):
        with pytest.raises(RunLost, match="was resumed by another process"):
            record()
    unit = ledger.reader.run_unit(RUN, APP)
    assert unit is not None
    assert unit.state is UnitState.PENDING
    assert ledger.recorder.record_unbegun(RUN, result(Outcome.SKIPPED), second)
    ledger.recorder.finish_run(RUN, RunStatus.FAILED, turn=second)
