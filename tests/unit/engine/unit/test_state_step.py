"""The step meets a state, or reads one back, that is not the one that it has to be."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.engine.unit.ports import BroughtPlan
from cellwright.model.applied import NO_STATE, StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunUnit, UnitResult
from cellwright.planning.state_acceptance import StateAcceptance
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.plans.plan_effect import PlanEffect
from unit.engine.kit import (
    APP,
    NETWORK,
    NOTHING,
    PART,
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
AGAIN = "20261123-000000-0000"
OTHERS = pytest.mark.parametrize(
    "found", [None, StateMark("theirs", 9), StateMark("lineage", 1)], ids=["gone", "another", "older"]
)


@pytest.fixture
def applied(bench: Bench) -> Bench:
    """A unit whose state was recorded, with settings that have changed since."""
    bench.terraform.found = snapshot(serial=3)
    assert whole(bench.step()).outcome is Outcome.APPLIED
    bench.units[APP] = make_unit(inputs={"size": 4, "password": "hunter2"})
    bench.terraform.log.clear()
    return bench


def second(bench: Bench, part: RunUnit = PART, kind: RunKind = RunKind.APPLY, reason: str = "") -> UnitResult:
    step = bench.step(make_run(part, kind=kind, run_id=AGAIN))
    step.evaluator = replace(step.evaluator, acceptance=StateAcceptance.of([APP], reason))
    return whole(step, part)


def again(bench: Bench) -> UnitResult:
    """One more run."""
    return whole(bench.step(make_run(run_id=f"20261124-000000-{len(bench.actions()):04}")))


def serials(mark: StateMark) -> dict[str, object]:
    return {"lineage": mark.lineage, "serial": mark.serial}


@OTHERS
@pytest.mark.parametrize("part", [PART, GONE], ids=["apply", "destroy"])
@pytest.mark.parametrize("changes", [True, False], ids=["changes", "nothing to do"])
def test_another_state_is_refused_before_anything_is_applied(
    applied: Bench, found: StateMark | None, part: RunUnit, *, changes: bool
) -> None:
    applied.terraform.stored = found
    if not changes:
        applied.terraform.summary = NOTHING

    result = second(applied, part)

    assert result.outcome is Outcome.FAILED
    assert "--accept-state" in result.diagnostics[0].detail
    assert not {"apply", "rewrite"} & {*applied.terraform.log}
    head = applied.head()
    assert head is not None
    assert head.state == StateMark("lineage", 3)


@pytest.mark.parametrize("kind", [RunKind.APPLY, RunKind.PLAN])
def test_a_state_that_could_not_be_written_comes_first(applied: Bench, kind: RunKind) -> None:
    applied.terraform.during["unsaved"] = failing("it could not be written")
    step = applied.step(make_run(kind=kind, run_id=AGAIN))
    assert whole(step).outcome is Outcome.FAILED
    assert applied.terraform.log[-2:] == [f"unsaved {kind is RunKind.APPLY}", "close"]


def test_a_state_that_was_brought_in_order_is_on_record(applied: Bench) -> None:
    applied.terraform.settled = (error("it was written now"),)
    assert second(applied).outcome is Outcome.APPLIED
    (event,) = [item for item in applied.ledger.reader.events() if item.action == "state.settled"]
    assert event.detail["summary"] == "it was written now"


@OTHERS
def test_a_saved_plan_for_another_state_is_refused_too(
    applied: Bench, found: StateMark | None, tmp_path: Path
) -> None:
    applied.terraform.stored = found
    task = applied.evaluator().evaluate(PART)
    brought = BroughtPlan(tmp_path / "p", getattr(task, "fingerprint", ""))
    assert whole(applied.step(make_run(run_id=AGAIN), brought=lambda _unit: brought)).outcome is (
        Outcome.FAILED
    )
    assert "restore p" in applied.terraform.log
    assert "apply" not in applied.terraform.log


@OTHERS
def test_an_accepted_state_is_gone_on_with_and_the_ledger_says_why(
    applied: Bench, found: StateMark | None
) -> None:
    applied.terraform.stored = found
    written = StateMark(found.lineage, found.serial + 1) if found else StateMark("new", 1)
    applied.terraform.found = replace(snapshot(), mark=written)

    assert second(applied, reason="the account was emptied").outcome is Outcome.APPLIED

    (event,) = [item for item in applied.ledger.reader.events() if item.action == "state.accepted"]
    assert (event.subject, event.reason) == (str(APP), "the account was emptied")
    assert event.detail["recorded"] == serials(StateMark("lineage", 3))
    assert event.detail["accepted"] == serials(found or NO_STATE)
    head = applied.head()
    assert head is not None
    assert head.state == written


def test_an_accepted_state_that_is_the_recorded_one_is_no_event(applied: Bench) -> None:
    applied.terraform.found = snapshot(serial=4)
    assert second(applied, reason="just in case").outcome is Outcome.APPLIED
    assert "state.accepted" not in applied.actions()


def test_a_destroy_with_an_accepted_state_forgets_the_unit(applied: Bench) -> None:
    applied.terraform.stored, applied.terraform.summary = None, NOTHING
    assert second(applied, GONE, RunKind.DESTROY, "all of it is gone").outcome is Outcome.UNCHANGED
    assert applied.head() is None


def test_a_plan_alone_is_refused_or_accepted_without_an_event(applied: Bench) -> None:
    applied.terraform.stored = None
    assert second(applied, kind=RunKind.PLAN).outcome is Outcome.FAILED
    step = applied.step(make_run(kind=RunKind.PLAN, run_id="20261124-000000-0000"))
    step.evaluator = replace(step.evaluator, acceptance=StateAcceptance.of([APP], "to see"))
    assert step.plan(PART).outcome is Outcome.PLANNED  # type: ignore[union-attr]
    assert "state.accepted" not in applied.actions()


@pytest.mark.parametrize(
    "mark",
    [StateMark("theirs", 9), StateMark("lineage", 2), StateMark("lineage", 3)],
    ids=["another", "older", "the one before"],
)
def test_a_state_that_was_not_written_leaves_the_unit_failed(applied: Bench, mark: StateMark) -> None:
    applied.terraform.effect = PlanEffect(differs=True)
    applied.terraform.found = replace(snapshot(), mark=mark)

    result = second(applied)

    assert result.outcome is Outcome.FAILED
    assert "can't be read back" in result.diagnostics[0].summary
    head = applied.head()
    assert head is not None
    assert head.failed is not None
    assert head.state == StateMark("lineage", 4), "what was written at least"
    assert "--accept-state" in again(applied).diagnostics[0].detail
    applied.terraform.stored = StateMark("lineage", 4)
    applied.terraform.found = snapshot(serial=5)
    assert again(applied).outcome is Outcome.APPLIED, "it had only been answered late"


def test_a_first_state_that_was_lost_is_missed(bench: Bench) -> None:
    bench.terraform.effect, bench.terraform.found = PlanEffect(differs=True), None
    assert "no state after its apply" in whole(bench.step()).diagnostics[0].summary
    bench.terraform.stored = None
    lost = again(bench)
    assert "is gone; recorded was one that its last apply has begun" in lost.diagnostics[0].summary
    bench.terraform.stored, bench.terraform.found = StateMark("lineage", 1), snapshot(serial=2)
    assert again(bench).outcome is Outcome.APPLIED


def test_a_state_that_can_not_be_read_after_an_apply_is_expected_all_the_same(applied: Bench) -> None:
    applied.terraform.effect = PlanEffect(differs=True)
    applied.terraform.during["state"] = failing("the server does not answer")
    assert second(applied).outcome is Outcome.FAILED
    applied.terraform.during.clear()
    applied.terraform.stored = StateMark("lineage", 3)
    assert "is older than the recorded one" in again(applied).diagnostics[0].summary


@pytest.mark.parametrize(
    ("kind", "expected"), [(FailureKind.ERROR, 4), (FailureKind.KILLED, 3)], ids=["failed", "killed"]
)
def test_what_a_failed_apply_has_made_has_to_be_in_the_state(
    applied: Bench, kind: FailureKind, expected: int
) -> None:
    def fail() -> None:
        failure = TerraformError(kind, [error("no")])
        failure.counts = ResourceCounts(add=1)
        raise failure

    applied.terraform.during["apply"] = fail
    assert second(applied).outcome is Outcome.FAILED
    head = applied.head()
    assert head is not None
    assert head.state == StateMark("lineage", expected)


def test_a_failed_apply_does_not_take_another_state_for_its_own(applied: Bench) -> None:
    def fail() -> None:
        applied.terraform.found = replace(snapshot(), mark=StateMark("theirs", 9))
        raise DiagnosticError(error("no"))

    applied.terraform.during["apply"] = fail
    assert second(applied).outcome is Outcome.FAILED
    head = applied.head()
    assert head is not None
    assert head.state == StateMark("lineage", 3)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_state_of_another_unit_is_not_taken_by_a_first_apply(bench: Bench, when: str) -> None:
    bench.units[NETWORK] = make_unit(NETWORK)
    network = RunUnit(NETWORK, Operation.APPLY)
    whole(bench.step(make_run(network, run_id=AGAIN)), network)
    theirs = StateMark(f"of {NETWORK}", 1)
    bench.terraform.stored = theirs if when == "before" else None
    bench.terraform.found = replace(snapshot(), mark=theirs)
    bench.terraform.log.clear()

    result = whole(bench.step())

    assert f"is that of {NETWORK}" in result.diagnostics[0].summary
    assert ("apply" in bench.terraform.log) is (when == "after")


@pytest.mark.parametrize("part", [PART, GONE], ids=["apply", "destroy"])
def test_the_state_before_is_kept_until_the_end_of_the_apply_is_known(applied: Bench, part: RunUnit) -> None:
    applied.terraform.dropped.clear()
    applied.terraform.found = snapshot(serial=4)
    applied.terraform.stored = StateMark("lineage", 3)
    assert second(applied, part).outcome is Outcome.APPLIED
    assert len(applied.terraform.dropped) == 1


@pytest.mark.parametrize("mark", [None, StateMark("theirs", 9), StateMark("lineage", 2)])
def test_it_stays_after_a_failed_apply_that_left_no_state_or_another(
    applied: Bench, mark: StateMark | None
) -> None:
    applied.terraform.dropped.clear()
    applied.terraform.during["apply"] = failing("the provider has failed")
    applied.terraform.found = replace(snapshot(), mark=mark) if mark else None
    assert second(applied).outcome is Outcome.FAILED
    assert applied.terraform.dropped == []


def test_it_goes_after_a_failed_apply_that_left_its_state(applied: Bench) -> None:
    applied.terraform.dropped.clear()
    applied.terraform.during["apply"] = failing("the provider has failed")
    assert second(applied).outcome is Outcome.FAILED
    assert len(applied.terraform.dropped) == 1


def test_a_plan_leaves_it_and_a_state_that_is_gone_is_told_with_it(applied: Bench) -> None:
    applied.terraform.dropped.clear()
    applied.terraform.stored, applied.terraform.before = None, Path("/kept")
    result = second(applied, kind=RunKind.PLAN)
    assert "/kept" in result.diagnostics[0].detail
    assert applied.terraform.dropped == []


def test_an_update_that_may_leave_no_trace_only_warns(applied: Bench) -> None:
    applied.terraform.effect = PlanEffect(updates=True)
    result = second(applied)
    assert result.outcome is Outcome.APPLIED
    assert ["as it was before" in item.summary for item in result.diagnostics] == [True]


def test_a_state_read_after_nothing_was_done_has_to_be_the_same(applied: Bench) -> None:
    applied.terraform.summary = NOTHING
    applied.terraform.found = replace(snapshot(), mark=StateMark("theirs", 9))
    assert second(applied).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "mark", [StateMark("theirs", 9), StateMark("lineage", 3), None], ids=["another", "lost", "unreadable"]
)
def test_an_adopted_apply_is_not_believed_without_its_state(applied: Bench, mark: StateMark | None) -> None:
    applied.terraform.during["apply"] = crash
    applied.terraform.effect = PlanEffect(differs=True)
    with pytest.raises(Crash):
        second(applied)
    applied.terraform.during.clear()
    record = applied.record(run=AGAIN)
    assert isinstance(record.intent, dict)
    applied.terraform.leftover = str(record.intent["claim"])
    if mark is None:
        applied.terraform.during["state"] = failing("it can't be read back")
    else:
        applied.terraform.found = replace(snapshot(), mark=mark)
    applied.terraform.dropped.clear()

    result = whole(applied.step(make_run(run_id=AGAIN), begin=False))

    assert result.outcome is Outcome.FAILED
    assert "can't be read back" in result.diagnostics[0].summary
    head = applied.head()
    assert head is not None
    assert head.state == StateMark("lineage", 4), "what was written at least"
    assert applied.terraform.dropped == []
