import re
from pathlib import Path

import pytest

from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.ledger.leases import Lease
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.recorder import LedgerRecorder
from cellwright.model.diagnostic import error
from cellwright.model.runs.progress import PhaseEntered, UnitFinished, UnitPlanned
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunUnit, UnitResult
from unit.engine.kit import (
    APP,
    NOTHING,
    PART,
    RUN,
    STRANGER,
    Bench,
    Crash,
    crash,
    failing,
    make_run,
    make_unit,
    snapshot,
    whole,
)

GONE = RunUnit(APP, Operation.DESTROY)


def held(bench: Bench) -> bool:
    return bool(bench.ledger.reader.lease_holders())


def test_a_unit_is_planned_applied_and_recorded(bench: Bench) -> None:
    result = whole(bench.step())

    assert result.outcome is Outcome.APPLIED
    assert result.resources.add == 1
    assert bench.terraform.log == ["settle app", f"open app {RUN}.1", "plan", "apply", "state", "close"]
    applied = bench.ledger.reader.applied([APP])[APP]
    assert applied.head.failed is None
    assert applied.outputs["arn"].value == "arn:x"
    assert applied.inputs["password"].value is None
    assert applied.applied_at
    assert (bench.record().state, bench.record().outcome) == (UnitState.FINISHED, Outcome.APPLIED)
    assert bench.actions() == ["run.started", "run.approved", "unit.applied"]
    assert not held(bench)
    assert [item.result for item in bench.told.of(UnitFinished)] == [result]
    assert bench.told.of(UnitPlanned)[0].plan.counts.add == 1


def test_what_is_up_to_date_needs_no_terraform(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.log.clear()
    result = whole(bench.step(make_run(run_id="20261123-000000-0000")))
    assert result.outcome is Outcome.UNCHANGED
    assert bench.terraform.log == ["settle app", "discard app"]


def test_a_plan_without_changes_confirms_the_settings(bench: Bench) -> None:
    bench.terraform.summary = NOTHING
    assert whole(bench.step()).outcome is Outcome.UNCHANGED
    head = bench.head()
    assert head is not None
    assert head.fingerprint is not None
    assert bench.actions()[-1] == "unit.confirmed"
    # The settings may have changed the key of the state.
    assert bench.terraform.log[-3:] == ["rewrite", "state", "close"]


def test_looking_at_a_plan_without_changes_writes_nothing(bench: Bench) -> None:
    bench.terraform.summary = NOTHING
    whole(bench.step(make_run(kind=RunKind.PLAN)))
    assert "rewrite" not in bench.terraform.log
    assert "apply" not in bench.terraform.log


def test_an_empty_stack_may_have_no_state(bench: Bench) -> None:
    bench.terraform.summary, bench.terraform.found = NOTHING, None
    assert whole(bench.step()).outcome is Outcome.UNCHANGED
    head = bench.head()
    assert head is not None
    assert (head.state, head.failed) == (None, None)


def test_an_apply_that_leaves_no_state_has_failed(bench: Bench) -> None:
    bench.terraform.found = None
    result = whole(bench.step())
    assert result.outcome is Outcome.FAILED
    assert "no state" in result.diagnostics[0].summary


def test_a_failed_apply_is_remembered_with_what_a_destroy_needs(bench: Bench) -> None:
    bench.terraform.during["apply"] = failing("no such bucket")

    result = whole(bench.step())

    assert result.outcome is Outcome.FAILED
    applied = bench.ledger.reader.applied([APP])[APP]
    assert applied.head.fingerprint is None
    assert applied.head.failed is not None
    assert applied.recipe["source"] == "./stacks/app"
    tried = applied.recipe["inputs"]
    assert isinstance(tried, dict)
    assert {name: (item["sensitive"], item["value"]) for name, item in tried.items()} == {
        "size": (False, 3),
        "password": (True, None),
    }
    assert bench.actions()[-1] == "unit.failed"
    assert bench.terraform.log[-1] == "close"
    assert not held(bench)


def test_a_failed_plan_changes_nothing_about_the_unit(bench: Bench) -> None:
    bench.terraform.during["plan"] = failing("no such region")
    result = whole(bench.step())
    assert result.outcome is Outcome.FAILED
    assert bench.head() is None
    assert bench.actions() == ["run.started", "unit.failed"]


def test_from_the_moment_an_apply_begins_the_unit_counts_as_failed(bench: Bench) -> None:
    bench.terraform.during["apply"] = crash
    with pytest.raises(Crash):
        whole(bench.step())

    head = bench.head()
    assert head is not None
    assert head.failed is not None
    record = bench.record()
    assert record.state is UnitState.APPLYING
    assert isinstance(record.intent, dict)
    assert record.intent["claim"] == f"{RUN}.1"
    assert "hunter2" not in str(record.intent)


def test_a_destroy_that_crashes_leaves_a_failed_unit_too(bench: Bench) -> None:
    whole(bench.step())
    before = bench.head()
    assert before is not None
    bench.terraform.during["apply"] = crash
    again = make_run(GONE, kind=RunKind.DESTROY, run_id="20261123-000000-0000")
    with pytest.raises(Crash):
        whole(bench.step(again), GONE)
    after = bench.head()
    assert after is not None
    assert (after.fingerprint, after.failed) == (before.fingerprint, before.fingerprint)


def test_what_is_destroyed_is_forgotten(bench: Bench) -> None:
    whole(bench.step())
    again = make_run(GONE, kind=RunKind.DESTROY, run_id="20261123-000000-0000")
    assert whole(bench.step(again), GONE).outcome is Outcome.APPLIED
    assert bench.head() is None
    assert bench.actions()[-1] == "unit.destroyed"


def test_an_apply_that_ended_unrecorded_is_adopted(bench: Bench) -> None:
    bench.terraform.during["apply"] = crash
    with pytest.raises(Crash):
        whole(bench.step())
    bench.terraform.during.clear()
    bench.terraform.log.clear()
    bench.terraform.leftover = f"{RUN}.1"

    result = whole(bench.step(begin=False))

    assert result.outcome is Outcome.APPLIED
    assert bench.terraform.log == [f"settle app {RUN}.1", "state of app", "discard app"]
    head = bench.head()
    assert head is not None
    assert head.failed is None
    assert not held(bench)


def test_an_apply_of_another_attempt_is_not_taken_for_this_one(bench: Bench) -> None:
    bench.terraform.during["apply"] = crash
    with pytest.raises(Crash):
        whole(bench.step())
    bench.terraform.during.clear()
    bench.terraform.leftover = f"{RUN}.0"
    assert whole(bench.step(begin=False)).outcome is Outcome.APPLIED
    assert bench.terraform.log[-4:] == ["plan", "apply", "state", "close"]
    assert f"open app {RUN}.2" in bench.terraform.log


def test_an_adopted_destroy_forgets_the_unit(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.during["apply"] = crash
    again = make_run(GONE, kind=RunKind.DESTROY, run_id="20261123-000000-0000")
    with pytest.raises(Crash):
        whole(bench.step(again), GONE)
    bench.terraform.leftover = f"{again.id}.2"
    assert whole(bench.step(again, begin=False), GONE).outcome is Outcome.APPLIED
    assert bench.head() is None


def test_what_another_process_of_the_run_has_finished_is_not_done_again(bench: Bench) -> None:
    first = whole(bench.step())
    bench.terraform.log.clear()
    second = whole(bench.step(begin=False))
    assert (second.outcome, second.resources) == (first.outcome, first.resources)
    assert bench.terraform.log == ["discard app"]
    assert bench.actions().count("unit.applied") == 1


def test_a_lost_lease_records_nothing(bench: Bench) -> None:
    step = bench.step()

    def overtaken() -> None:
        fencing = step.keeper.fencing(APP)
        assert fencing is not None
        taken = bench.ledger.leases.take_over(APP, fencing, STRANGER, 60)
        assert isinstance(taken, Lease)

    bench.terraform.during["apply"] = overtaken
    result = whole(step)

    assert result.outcome is Outcome.FAILED
    assert "was lost" in result.diagnostics[0].summary
    head = bench.head()
    assert head is not None
    assert head.fingerprint is None, "whoever has taken over says what is true"
    assert bench.record().state is UnitState.APPLYING
    assert [item.holder for item in bench.ledger.reader.lease_holders().values()] == [STRANGER]


def test_a_lease_that_is_lost_stops_its_terraform(bench: Bench) -> None:
    step = bench.step()
    bench.terraform.during["apply"] = lambda: step.lease_lost(APP)
    whole(step)
    assert bench.terraform.interrupted == [1]


def test_who_holds_a_unit_is_said_while_it_is_waited_for(bench: Bench) -> None:
    bench.ledger.leases.acquire(APP, STRANGER, 60)
    result = whole(bench.step())
    assert result.outcome is Outcome.FAILED
    assert "process 7 on elsewhere (run another-run)" in result.diagnostics[0].summary
    notes = [item.note for item in bench.told.of(PhaseEntered)]
    found = [note for note in notes if "held by process 7 on elsewhere" in note]
    assert found
    assert re.search(r"; if that has ended, until \d\d:\d\d:\d\d UTC$", found[0])
    assert bench.record().outcome is Outcome.FAILED


def test_an_interrupt_reaches_terraform_and_what_is_settled(bench: Bench) -> None:
    step = bench.step()

    def stopped() -> None:
        step.interrupt(1)
        failing("interrupted")()

    bench.terraform.during["apply"] = stopped
    assert whole(step).outcome is Outcome.CANCELLED
    assert bench.terraform.interrupted == [1, 1]
    assert bench.actions()[-1] == "unit.cancelled"


def test_an_attempt_that_opens_after_an_interrupt_hears_of_it(bench: Bench) -> None:
    step = bench.step()
    step.interrupt(2)
    whole(step)
    assert bench.terraform.interrupted == [2, 2]


def test_a_run_that_only_plans_keeps_the_plan_and_applies_nothing(bench: Bench) -> None:
    kept: list[bytes] = []

    def keep(_work: object, plan: Path) -> None:
        kept.append(plan.read_bytes())

    step = bench.step(make_run(kind=RunKind.PLAN), keep=keep)
    result = step.plan(PART)
    assert isinstance(result, UnitResult)
    assert result.outcome is Outcome.PLANNED
    assert kept == [b"a plan"]
    assert "apply" not in bench.terraform.log
    assert bench.head() is None


def test_a_saved_plan_is_applied_instead_of_a_new_one(bench: Bench) -> None:
    work = bench.evaluator().evaluate(PART)
    saved = BroughtPlan(Path("kept.tfplan"), getattr(work, "fingerprint", ""))
    assert whole(bench.step(brought=lambda _address: saved)).outcome is Outcome.APPLIED
    assert "restore kept.tfplan" in bench.terraform.log
    assert "plan" not in bench.terraform.log


def test_a_saved_plan_of_other_settings_is_refused(bench: Bench) -> None:
    saved = BroughtPlan(Path("kept.tfplan"), "of before")
    result = whole(bench.step(brought=lambda _address: saved))
    assert result.outcome is Outcome.FAILED
    assert "other settings" in result.diagnostics[0].summary
    assert bench.terraform.log == ["settle app"]


def test_giving_up_a_planned_unit_lets_go_of_it(bench: Bench) -> None:
    step = bench.step()
    assert isinstance(step.plan(PART), Planned)
    assert held(bench)
    assert step.abandon(PART, Outcome.SKIPPED, (error("not approved"),)).outcome is Outcome.SKIPPED
    assert not held(bench)
    assert bench.terraform.log[-1] == "close"
    assert bench.record().outcome is Outcome.SKIPPED


def test_giving_up_what_another_process_has_begun_leaves_it_to_that_one(bench: Bench) -> None:
    bench.terraform.during["apply"] = crash
    with pytest.raises(Crash):
        whole(bench.step())
    result = bench.step(begin=False).abandon(PART, Outcome.SKIPPED)
    assert result.outcome is Outcome.SKIPPED
    assert bench.record().state is UnitState.APPLYING, "its intent is still needed"


def test_an_outcome_that_can_not_be_recorded_is_a_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        failing("no space left")()

    monkeypatch.setattr(LedgerRecorder, "record_applied", full)
    monkeypatch.setattr(LedgerRecorder, "record_result", full)

    result = whole(bench.step())

    assert result.outcome is Outcome.FAILED
    assert "no space left" in result.diagnostics[-1].summary
    assert not held(bench)
    head = bench.head()
    assert head is not None
    assert head.failed is not None, "what may have happened is not taken for done"


def test_a_defect_lets_go_and_surfaces(bench: Bench) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    bench.terraform.during["plan"] = broken
    with pytest.raises(ZeroDivisionError):
        whole(bench.step())
    assert bench.terraform.log[-1] == "close"
    assert not held(bench)


def test_a_unit_that_was_switched_off_meanwhile_is_left_alone(bench: Bench) -> None:
    bench.units[APP] = make_unit(enabled=False)
    result = whole(bench.step())
    assert result.outcome is Outcome.UNCHANGED
    assert "switched off" in result.diagnostics[0].summary


def test_a_later_failure_keeps_the_mark_of_the_state_as_it_is_then(bench: Bench) -> None:
    whole(bench.step())
    bench.units[APP] = make_unit(inputs={"size": 4})
    bench.terraform.found = snapshot(serial=9)
    bench.terraform.during["apply"] = failing("half done")
    whole(bench.step(make_run(run_id="20261123-000000-0000")))
    head = bench.head()
    assert head is not None
    assert head.state is not None
    assert head.state.serial == 9
