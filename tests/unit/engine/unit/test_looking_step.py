"""A look at a unit: what it records when all is well, Terraform can't tell, or settings have changed."""

from dataclasses import replace

import pytest

from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.drift.values import LookResult
from cellwright.model.runs.plan import Action, ResourceChange
from cellwright.model.runs.run import Outcome, RunKind
from unit.engine.kit import APP, NOTHING, PLAN, Bench, failing, make_run, make_unit, whole


def looking(bench: Bench, *, looks: bool = True) -> TerraformStep:
    step = bench.step(make_run(run_id="20261123-000000-0000", kind=RunKind.PLAN))
    return replace(step, evaluator=replace(step.evaluator, thorough=True, looks=looks))


def result_of(bench: Bench) -> LookResult | None:
    found = bench.ledger.drift.of_unit(APP)
    return found.result if found is not None else None


def plans(bench: Bench) -> int:
    return sum(verb.startswith("plan") for verb in bench.terraform.log)


def test_a_unit_without_drift_was_looked_at(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.summary = NOTHING
    assert whole(looking(bench)).outcome is Outcome.UNCHANGED
    assert result_of(bench) is LookResult.CLEAN


def test_where_terraform_fails_nothing_is_known(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.during["plan"] = failing("no credentials")
    assert whole(looking(bench)).outcome is Outcome.FAILED
    found = bench.ledger.drift.of_unit(APP)
    assert found is not None
    assert (found.result, found.why, found.looked_run) == (
        LookResult.UNKNOWN,
        "no credentials",
        "20261123-000000-0000",
    )


def test_a_plan_of_changes_that_fails_is_no_look(bench: Bench) -> None:
    bench.terraform.during["plan"] = failing("no credentials")
    whole(bench.step())
    assert result_of(bench) is None


@pytest.mark.parametrize("looks", [True, False])
def test_a_unit_whose_settings_have_changed_is_left_alone_by_a_look(bench: Bench, looks: bool) -> None:  # noqa: FBT001
    whole(bench.step())
    bench.units[APP] = make_unit(inputs={"size": 4})
    before = plans(bench)
    result = whole(looking(bench, looks=looks))
    assert result_of(bench) is None
    if looks:
        assert result.outcome is Outcome.UNCHANGED
        assert "its settings have changed" in result.diagnostics[0].summary
        assert plans(bench) == before == 1, "no Terraform was started"
    else:
        assert result.outcome is Outcome.PLANNED


def test_a_policy_that_denies_the_repair_takes_nothing_back(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.summary = replace(PLAN, resources=(ResourceChange("aws_x.this", Action.UPDATE),))
    step = looking(bench)

    def denied(*_: object) -> None:
        failing("denied by a policy")()

    assert whole(replace(step, guard=denied)).outcome in {Outcome.FAILED, Outcome.PLANNED}  # type: ignore[arg-type]
    assert result_of(bench) is LookResult.DRIFTED
