"""A machine was lost in the middle of an apply: another one does not make the same again unasked."""

from dataclasses import replace
from typing import NoReturn

import pytest

from cellwright.engine.unit.step_words import killed_here, lost_elsewhere
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.runs.progress import Phase, PhaseEntered, Progress, ProgressEvent, ResourceProgress
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.planning.state_acceptance import StateAcceptance
from cellwright.terraform.output.plans.plan_effect import PlanEffect
from unit.engine.kit import APP, RUN, Bench, make_run, snapshot, whole

LATER = "20261123-000000-0000"


class LostError(BaseException):
    """Nothing is carried out any more."""


def lose(bench: Bench, host: str = "one", *progress: Progress) -> None:
    """Begin an apply on a machine, and let that be its end."""

    def end() -> NoReturn:
        raise LostError

    bench.terraform.effect = PlanEffect(differs=True)
    bench.terraform.during["apply"] = end
    step = bench.step()
    step.keeper.holder = replace(step.keeper.holder, host=host)
    with pytest.raises(LostError):
        whole(step)
    events = [
        ProgressEvent(run=RUN, unit=APP, time="2026-11-22T21:48:12+00:00", sequence=number, progress=item)
        for number, item in enumerate(progress, start=1)
    ]
    bench.ledger.progress.record(events)
    del bench.terraform.during["apply"]
    bench.terraform.log.clear()


def again(bench: Bench) -> UnitResult:
    return whole(bench.step(begin=False))


def test_what_it_had_begun_with_is_named_and_not_made_again(bench: Bench) -> None:
    role = ResourceProgress(APP, "aws_iam_role.app", "create", "started")
    lose(
        bench,
        "one",
        ResourceProgress(APP, "aws_s3_bucket.of_an_earlier_try", "create", "started"),
        PhaseEntered(APP, Phase.APPLYING),
        ResourceProgress(APP, "data.aws_ami.base", "read", "started"),
        role,
        replace(role, state="done"),
    )
    result = again(bench)
    assert result.outcome is Outcome.FAILED
    assert result.diagnostics[0].summary == (
        "the machine one was lost while it applied client/acme/app, and the state was not written since:"
        " it had begun with aws_iam_role.app"
    )
    assert "apply" not in bench.terraform.log
    head = bench.head()
    assert head is not None
    assert head.failed
    assert head.state == StateMark("", 1), "no later run takes an empty state for the unit's either"


def test_a_later_run_stops_as_well_until_somebody_has_looked(bench: Bench) -> None:
    lose(bench)
    again(bench)
    assert whole(bench.step(make_run(run_id=LATER))).outcome is Outcome.FAILED
    assert "apply" not in bench.terraform.log
    step = bench.step(make_run(run_id="20261124-000000-0000"))
    step.evaluator = replace(step.evaluator, acceptance=StateAcceptance.of([APP], "looked at it"))
    assert whole(step).outcome is Outcome.APPLIED


def test_a_state_that_was_written_since_says_what_is_left_to_do(bench: Bench) -> None:
    lose(bench)
    bench.terraform.stored, bench.terraform.found = StateMark("lineage", 1), snapshot(serial=2)
    assert again(bench).outcome is Outcome.APPLIED


def test_on_the_same_machine_it_is_planned_again(bench: Bench) -> None:
    lose(bench, bench.step(begin=False).keeper.holder.host)
    assert again(bench).outcome is Outcome.APPLIED


def test_what_a_killed_apply_had_made_on_this_machine_is_warned_of(bench: Bench) -> None:
    made = ResourceProgress(APP, "aws_instance.a", "create", "done")
    begun = replace(made, resource="aws_instance.b", state="started")
    gone = replace(made, resource="aws_instance.c", action="delete")
    here = bench.step(begin=False).keeper.holder.host
    lose(bench, here, PhaseEntered(APP, Phase.APPLYING), made, begun, gone)
    result = again(bench)
    assert result.outcome is Outcome.APPLIED
    (warned,) = result.diagnostics
    assert warned.summary == (
        "an apply of client/acme/app was killed when it had made aws_instance.a, and the state was not"
        " written since"
    )


def test_nothing_is_warned_of_where_the_state_was_written(bench: Bench) -> None:
    made = ResourceProgress(APP, "aws_instance.a", "create", "done")
    lose(bench, bench.step(begin=False).keeper.holder.host, PhaseEntered(APP, Phase.APPLYING), made)
    bench.terraform.stored, bench.terraform.found = StateMark("lineage", 1), snapshot(serial=2)
    assert again(bench).diagnostics == ()


def test_a_plan_that_fails_leaves_the_mark_as_well(bench: Bench) -> None:
    lose(bench)

    def locked() -> NoReturn:
        raise OSError(5, "the state is locked")

    bench.terraform.during["plan"] = locked
    assert again(bench).outcome is Outcome.FAILED
    head = bench.head()
    assert head is not None
    assert head.state == StateMark("", 1)


def test_of_many_resources_only_the_first_are_named() -> None:
    many = [f"aws_a.n{number}" for number in range(25)]
    (told,) = killed_here(UnitAddress("client", "acme", "app"), many, "run-1")
    assert "aws_a.n19 and 5 more, and the state was not written since" in told.summary
    lost = lost_elsewhere(UnitAddress("client", "acme", "app"), "build-1", many[:20], "run-1")
    assert lost.summary.endswith("aws_a.n19")
