import pytest

from cellwright.engine.unit.evaluation import NoTask, UnitEvaluator, UnitTask
from cellwright.engine.unit.planned import Planned
from cellwright.model.applied import NO_STATE
from cellwright.model.change import Status
from cellwright.model.diagnostic import DiagnosticError, Severity
from cellwright.model.event import CLIENT_OFFBOARDED, CLIENT_ONBOARDED
from cellwright.model.run import Operation, Outcome, RunUnit
from cellwright.model.value import OutputReference
from unit.engine.kit import APP, DIGESTER, FACTS, NETWORK, TREE, Bench, failing, make_run, make_unit, whole

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
    recorder.append_event("ada", CLIENT_ONBOARDED, str(cell))
    assert isinstance(bench.evaluator().evaluate(PART), UnitTask)


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
