from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellwright.engine.unit.evaluation import NoTask, UnitEvaluator, UnitTask
from cellwright.engine.unit.planned import Planned
from cellwright.model.applied import NO_STATE
from cellwright.model.diagnostic import DiagnosticError, Severity, error
from cellwright.model.runs.change import Status
from cellwright.model.runs.event import CLIENT_OFFBOARDED, CLIENT_ONBOARDED
from cellwright.model.runs.run import Operation, Outcome, RunUnit
from cellwright.model.unit import Backend, StackPin
from cellwright.model.value import Json, OutputReference
from unit.engine.kit import (
    ADA,
    APP,
    DIGESTER,
    FACTS,
    NETWORK,
    TREE,
    Bench,
    failing,
    make_run,
    make_unit,
    whole,
)

PART = RunUnit(APP, Operation.APPLY)
GONE = RunUnit(APP, Operation.DESTROY)


def apply(bench: Bench, part: RunUnit = PART, run_id: str = "20261121-000000-0000") -> None:
    step = bench.step(make_run(part, run_id=run_id))
    planned = step.plan(part)
    assert isinstance(planned, Planned)
    step.apply(planned)


def test_a_unit_that_was_never_applied_is_work(bench: Bench) -> None:
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, UnitTask)
    assert found.recorded_state is None
    assert found.ingredients.inputs["password"].value is None


def test_a_unit_as_it_was_applied_is_idle(bench: Bench) -> None:
    apply(bench)
    assert bench.evaluator().evaluate(PART) == NoTask(Status.UP_TO_DATE)


def test_a_state_that_is_gone_makes_it_work_that_knows_what_was_seen(bench: Bench) -> None:
    apply(bench)
    evaluator = UnitEvaluator(
        bench.units, lambda _pin: (TREE, FACTS), bench.ledger, DIGESTER, lambda _unit: NO_STATE
    )
    found = evaluator.evaluate(PART)
    assert isinstance(found, UnitTask)
    assert found.recorded_state is not None
    assert found.recorded_state.lineage == "lineage"


def test_a_unit_whose_upstream_was_never_applied_is_blocked(bench: Bench) -> None:
    bench.units[APP] = make_unit(inputs={"arn": OutputReference(NETWORK, "arn")})
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, NoTask)
    assert found.status is Status.BLOCKED
    assert "--with-upstreams" in found.why[0].detail


def test_an_output_that_its_upstream_no_longer_gives_blocks(bench: Bench) -> None:
    bench.units[NETWORK] = make_unit(NETWORK)
    apply(bench, RunUnit(NETWORK, Operation.APPLY))
    bench.units[APP] = make_unit(inputs={"arn": OutputReference(NETWORK, "gone")})
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, NoTask)
    assert "no recorded output 'gone'" in found.why[0].summary


def test_outputs_of_an_upstream_whose_last_apply_failed_are_not_used(bench: Bench) -> None:
    bench.units[NETWORK] = make_unit(NETWORK)
    part = RunUnit(NETWORK, Operation.APPLY)
    apply(bench, part)
    bench.units[APP] = make_unit(inputs={"id": OutputReference(NETWORK, "arn")})
    assert isinstance(bench.evaluator().evaluate(PART), UnitTask)
    bench.units[NETWORK] = make_unit(NETWORK, {"size": 2})
    bench.terraform.during["apply"] = failing("it broke")
    step = bench.step(make_run(part, run_id="20261121-000000-0001"))
    assert whole(step, part).outcome is Outcome.FAILED
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, NoTask)
    assert found.status is Status.BLOCKED
    assert "base/prod/network, whose last apply did not end well" in found.why[0].summary
    bench.terraform.during.clear()
    apply(bench, part, "20261121-000000-0002")
    assert isinstance(bench.evaluator().evaluate(PART), UnitTask)


def test_a_client_that_was_offboarded_is_not_created_until_it_is_onboarded(bench: Bench) -> None:
    recorder, cell = bench.ledger.recorder, APP.of_cell
    recorder.append_event("ada", CLIENT_ONBOARDED, str(cell))
    apply(bench)
    recorder.append_event("ada", CLIENT_OFFBOARDED, str(cell))
    assert bench.evaluator().evaluate(PART) == NoTask(Status.UP_TO_DATE), "what stands is no new creation"
    apply(bench, GONE, "20261121-000000-0001")
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, NoTask)
    assert found.status is Status.BLOCKED
    assert "client/acme was offboarded" in found.why[0].summary
    back = replace(bench.evaluator(), brought_back=lambda other: other == cell)
    assert isinstance(back.evaluate(PART), UnitTask)
    recorder.append_event("ada", CLIENT_ONBOARDED, str(cell))
    assert isinstance(bench.evaluator().evaluate(PART), UnitTask)


def test_a_cell_whose_block_another_cell_has_is_not_applied_but_is_destroyed(bench: Bench) -> None:
    apply(bench)
    evaluator = replace(bench.evaluator(), contested={APP.of_cell: error("another cell has its block")})
    assert evaluator.evaluate(PART) == NoTask(Status.UP_TO_DATE), "nothing would be done to it"
    bench.units[APP] = make_unit(inputs={"size": 2, "password": "hunter2"})
    found = evaluator.evaluate(PART)
    assert isinstance(found, NoTask)
    assert (found.status, found.why[0].summary) == (Status.BLOCKED, "another cell has its block")
    assert isinstance(bench.evaluator().evaluate(PART), UnitTask)
    assert isinstance(evaluator.evaluate(GONE), UnitTask)


@pytest.mark.parametrize("known", [True, False])
def test_what_is_no_longer_wanted_is_left_alone(bench: Bench, *, known: bool) -> None:
    if known:
        bench.units[APP] = make_unit(enabled=False)
    else:
        bench.units.clear()
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, NoTask)
    assert found.status is Status.UP_TO_DATE
    assert found.why[0].severity is Severity.WARNING


def test_there_is_nothing_to_destroy_of_what_was_never_applied(bench: Bench) -> None:
    assert bench.evaluator().evaluate(GONE) == NoTask(Status.UP_TO_DATE)


def test_a_unit_that_the_fleet_has_forgotten_is_destroyed_with_what_is_remembered(bench: Bench) -> None:
    environment = {"AWS_PROFILE": "prod"}
    bench.units[APP] = make_unit(inputs={"size": 3}, environment=environment)
    apply(bench)
    bench.units.clear()
    found = bench.evaluator([{}, dict(environment)]).evaluate(GONE)
    assert isinstance(found, UnitTask)
    assert found.unit.inputs["size"].value == 3
    assert found.unit.environment == environment
    with pytest.raises(DiagnosticError, match="environment that no cell"):
        bench.evaluator([{}]).evaluate(GONE)


S3 = Backend("s3", {"bucket": "old", "key": "app.tfstate", "region": "eu-west-1"})


def placed(bench: Bench, backend: Backend, *, enabled: bool = True) -> None:
    bench.units[APP] = make_unit(backend=backend, enabled=enabled)


def test_a_state_is_not_looked_for_at_another_place_than_the_recorded_one(bench: Bench) -> None:
    placed(bench, S3)
    apply(bench)
    placed(bench, Backend("s3", {**S3.config, "bucket": "new"}))
    with pytest.raises(DiagnosticError) as caught:
        bench.evaluator().evaluate(PART)
    [found] = caught.value.diagnostics
    assert "lies in s3 (bucket old, key app.tfstate)" in found.summary
    assert "say s3 (bucket new, key app.tfstate)" in found.summary
    assert f"apply --move-state {APP}" in found.detail


def test_a_state_that_may_be_moved_is_moved_from_its_recorded_place(bench: Bench) -> None:
    placed(bench, S3)
    apply(bench)
    placed(bench, Backend("s3", {**S3.config, "bucket": "new", "secret_key": "now"}))
    found = replace(bench.evaluator(), move_states=True).evaluate(PART)
    assert isinstance(found, UnitTask)
    # Its credentials were not recorded: those of now are used.
    assert found.moved_from == Backend("s3", {**S3.config, "secret_key": "now"})
    assert found.unit.backend.config["bucket"] == "new"


@pytest.mark.parametrize(
    "now", [{"region": "eu-central-1"}, {"profile": "ops"}, {"secret_key": "x", "encrypt": True}]
)
def test_other_settings_of_a_backend_change_and_the_state_stays(bench: Bench, now: dict[str, Json]) -> None:
    placed(bench, S3)
    apply(bench)
    placed(bench, Backend("s3", {**S3.config, **now}))
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, UnitTask)
    assert found.moved_from is None
    assert found.recorded


def test_a_relative_path_and_the_absolute_one_are_one_place(bench: Bench) -> None:
    placed(bench, Backend("local", {"path": "st/app.tfstate"}))
    apply(bench)
    placed(bench, Backend("local", {"path": "/srv/fleet/st/app.tfstate"}))
    assert isinstance(replace(bench.evaluator(), root=Path("/srv/fleet")).evaluate(PART), UnitTask)
    with pytest.raises(DiagnosticError, match="lies in"):
        replace(bench.evaluator(), root=Path("/srv/other")).evaluate(PART)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_unit_is_destroyed_where_its_state_was_recorded_to_lie(bench: Bench, enabled: bool) -> None:  # noqa: FBT001  a parameter
    placed(bench, S3)
    apply(bench)
    placed(bench, Backend("s3", {**S3.config, "bucket": "new", "secret_key": "now"}), enabled=enabled)
    found = bench.evaluator().evaluate(GONE)
    assert isinstance(found, UnitTask)
    assert found.unit.backend == Backend("s3", {**S3.config, "secret_key": "now"})


def test_a_unit_is_destroyed_with_the_settings_of_now_for_the_same_place(bench: Bench) -> None:
    placed(bench, S3)
    apply(bench)
    now = Backend("s3", {**S3.config, "profile": "ops"})
    placed(bench, now, enabled=False)
    found = bench.evaluator().evaluate(GONE)
    assert isinstance(found, UnitTask)
    assert found.unit.backend == now


FIXED = Backend("s3", {"bucket": "b", "key": "one.tfstate"})


def renamed(bench: Bench, **now: Any) -> UnitEvaluator:  # noqa: ANN401  any field
    """NETWORK was applied; then APP has its place."""
    bench.units[NETWORK] = make_unit(NETWORK, backend=FIXED)
    apply(bench, RunUnit(NETWORK, Operation.APPLY))
    gone = bench.units.pop(NETWORK)
    bench.units[APP] = replace(make_unit(backend=FIXED), stack=gone.stack, **now)
    return replace(bench.evaluator(), holders=lambda _unit: (NETWORK,))


def test_a_renamed_unit_goes_on_with_the_state_of_the_former_one(bench: Bench) -> None:
    found = renamed(bench).evaluate(PART)
    assert isinstance(found, UnitTask)
    assert found.renamed_from == NETWORK
    # So that a state that is gone or another one is noticed.
    assert found.recorded_state is not None
    assert found.recorded


def test_a_unit_under_a_legal_hold_does_not_become_one_of_another_cell(bench: Bench) -> None:
    evaluator = renamed(bench)
    bench.ledger.legal_holds.lay(NETWORK.of_cell, ADA, "lawsuit 12")
    with pytest.raises(DiagnosticError, match=f"{NETWORK} does not become {APP}: .* lawsuit 12"):
        evaluator.evaluate(PART)
    bench.ledger.legal_holds.lift(NETWORK.of_cell, ADA, "settled")
    assert isinstance(evaluator.evaluate(PART), UnitTask)


def test_the_state_of_a_unit_that_the_fleet_has_is_no_other_ones(bench: Bench) -> None:
    evaluator = renamed(bench)
    bench.units[NETWORK] = make_unit(NETWORK, backend=Backend("local"))
    with pytest.raises(DiagnosticError, match=f"the state of {APP} is recorded as that of {NETWORK}"):
        evaluator.evaluate(PART)


def test_another_stack_does_not_take_over_a_state(bench: Bench) -> None:
    evaluator = renamed(bench)
    bench.units[APP] = replace(bench.units[APP], stack=StackPin("elsewhere"))
    other = replace(evaluator, stacks=lambda _pin: (TREE, replace(FACTS, digest="other")))
    with pytest.raises(DiagnosticError, match="is recorded as that of"):
        other.evaluate(PART)
