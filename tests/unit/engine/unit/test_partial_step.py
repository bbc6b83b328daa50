"""A unit that is applied in part: for some resources only, or with some left out."""

from dataclasses import replace

import pytest

from cellwright.engine.unit.step import TerraformStep
from cellwright.model.runs.plan_options import USUAL, PlanOptions
from cellwright.model.runs.run import Outcome, RunKind
from cellwright.planning.partial_apply import is_partly_applied
from unit.engine.kit import APP, NOTHING, RUN, Bench, Crash, crash, failing, make_run, make_unit, whole

PARTS = pytest.mark.parametrize("options", [PlanOptions(targets=("a.b",)), PlanOptions(excludes=("a.b",))])
LATER = "20261123-000000-0000"


def step_of(bench: Bench, options: PlanOptions, run_id: str = RUN, *, begin: bool = True) -> TerraformStep:
    step = bench.step(make_run(run_id=run_id), begin=begin)
    return replace(step, evaluator=replace(step.evaluator, options=options))


@PARTS
def test_it_is_partly_applied_until_it_is_applied_as_a_whole(bench: Bench, options: PlanOptions) -> None:
    whole(step_of(bench, USUAL))
    bench.units[APP] = make_unit(inputs={"size": 4})
    before = bench.head()

    result = whole(step_of(bench, options, LATER))

    head = bench.head()
    assert before is not None
    assert head is not None
    assert result.outcome is Outcome.APPLIED
    assert (head.fingerprint, is_partly_applied(head)) == (before.fingerprint, True)
    whole(step_of(bench, USUAL, "20261123-000001-0000"))
    head = bench.head()
    assert head is not None
    assert (head.failed, head.fingerprint == before.fingerprint) == (None, False)


@PARTS
def test_it_is_so_too_if_its_process_dies_before_that_is_recorded(bench: Bench, options: PlanOptions) -> None:
    bench.terraform.during["apply"] = crash
    with pytest.raises(Crash):
        whole(step_of(bench, options))
    bench.terraform.during.clear()
    bench.terraform.leftover = f"{RUN}.1"

    # What the process that goes on is told does not matter: the apply was begun as it is recorded.
    result = whole(step_of(bench, USUAL, begin=False))

    assert result.outcome is Outcome.APPLIED
    assert is_partly_applied(bench.head())


@PARTS
def test_one_that_fails_has_failed(bench: Bench, options: PlanOptions) -> None:
    bench.terraform.during["apply"] = failing("no room")
    assert whole(step_of(bench, options)).outcome is Outcome.FAILED
    head = bench.head()
    assert head is not None
    assert head.failed is not None
    assert not is_partly_applied(head)


@PARTS
def test_a_part_in_which_nothing_changes_confirms_nothing(bench: Bench, options: PlanOptions) -> None:
    bench.terraform.summary = NOTHING
    result = whole(step_of(bench, options))
    assert result.outcome is Outcome.UNCHANGED
    assert "leaves out" in str(result.diagnostics) or "for a part" in str(result.diagnostics)
    assert bench.head() is None


@PARTS
def test_a_plan_that_waits_is_for_the_same_part_only(bench: Bench, options: PlanOptions) -> None:
    """One that was made as a whole is not taken for it, nor the other way round."""
    made = [
        step_of(bench, item, run).evaluator.evaluate(make_run().units[0])
        for item, run in ((options, RUN), (USUAL, LATER))
    ]
    fingerprints = {getattr(item, "plan_fingerprint", None) for item in made}
    assert len(fingerprints) == 2
    assert None not in fingerprints


@PARTS
def test_a_look_at_a_part_says_nothing_of_the_whole(bench: Bench, options: PlanOptions) -> None:
    whole(step_of(bench, USUAL))
    bench.terraform.summary = NOTHING
    before = bench.ledger.drift.of_unit(APP)
    step = bench.step(make_run(run_id=LATER, kind=RunKind.PLAN))
    step = replace(step, evaluator=replace(step.evaluator, options=options))
    assert whole(step).outcome is Outcome.UNCHANGED
    assert bench.ledger.drift.of_unit(APP) == before


@PARTS
@pytest.mark.parametrize("kind", [RunKind.PLAN, RunKind.APPLY])
@pytest.mark.parametrize(("applied", "changes"), [(True, False), (True, True), (False, False), (False, True)])
def test_it_is_said_to_be_out_of_date_where_that_is_so(
    bench: Bench, options: PlanOptions, kind: RunKind, *, applied: bool, changes: bool
) -> None:
    if applied:
        whole(step_of(bench, USUAL))
    if not changes:
        bench.terraform.summary = NOTHING
    step = bench.step(make_run(run_id=LATER, kind=kind))
    found = whole(replace(step, evaluator=replace(step.evaluator, options=options)))
    [warning] = found.diagnostics
    is_out_of_date = changes or not applied
    assert ("it does not count as up to date then" in warning.detail) is is_out_of_date
    assert ("the rest was not looked at: cellwright plan" in warning.detail) is not is_out_of_date
    if kind is RunKind.APPLY:
        assert (bench.head() is None or is_partly_applied(bench.head())) is is_out_of_date
