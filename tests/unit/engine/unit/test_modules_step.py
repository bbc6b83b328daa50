"""The step meets downloaded modules that are not those with which the unit was applied."""

from dataclasses import replace
from pathlib import Path

from cellwright.engine.unit.evaluation import NoTask, UnitTask
from cellwright.engine.unit.orphan import modules_of
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.model.address import UnitAddress
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.runs.run import Operation, Outcome, RunUnit
from unit.engine.kit import APP, FACTS, PART, TREE, Bench, make_run, make_unit, whole

OTHER = UnitAddress("client", "other", "app")
MOVED = "module m has moved: commit 111111111111 -> commit 222222222222"


def fetched(commit: str) -> tuple[FetchedModule, ...]:
    return (FetchedModule("m", "source", "", "commit", commit * 40),)


def applied(bench: Bench, unit: UnitAddress, commit: str, run: str) -> Outcome:
    bench.terraform.fetched = fetched(commit)
    part = RunUnit(unit, Operation.APPLY)
    return whole(bench.step(make_run(part, run_id=f"20261121-000000-000{run}")), part).outcome


def evaluated(bench: Bench, *, fetches: bool = True) -> UnitTask | NoTask:
    facts = replace(FACTS, fetches=fetches)
    return replace(bench.evaluator(), stacks=lambda _pin: (TREE, facts)).evaluate(PART)


def test_what_was_fetched_is_recorded_and_another_unit_s_newer_modules_make_it_work(bench: Bench) -> None:
    bench.units[OTHER] = make_unit(OTHER)
    assert applied(bench, APP, "1", "1") is Outcome.APPLIED
    assert modules_of(bench.ledger.reader.applied([APP])[APP]) == fetched("1")
    assert isinstance(evaluated(bench), NoTask)

    applied(bench, OTHER, "2", "2")

    found = evaluated(bench)
    assert isinstance(found, UnitTask)
    assert (found.newest_modules, found.recorded_modules) == (fetched("2"), fetched("1"))
    assert not found.up_to_date
    assert isinstance(evaluated(bench, fetches=False), NoTask)


def test_a_module_that_has_moved_is_told_with_the_plan(bench: Bench) -> None:
    applied(bench, APP, "1", "1")
    bench.units[APP] = make_unit(inputs={"size": 9})
    bench.terraform.fetched = fetched("2")
    result = whole(bench.step(make_run(run_id="20261121-000000-0002")))
    assert [item.summary for item in result.diagnostics] == [MOVED]
    assert modules_of(bench.ledger.reader.applied([APP])[APP]) == fetched("2")


def test_a_saved_plan_of_other_modules_is_refused(bench: Bench) -> None:
    work = evaluated(bench)
    assert isinstance(work, UnitTask)
    saved = BroughtPlan(Path("kept.tfplan"), work.fingerprint, fetched("1"))
    bench.terraform.fetched = fetched("2")
    result = whole(bench.step(brought=lambda _address: saved))
    assert result.outcome is Outcome.FAILED
    assert result.diagnostics[0].summary == f"the saved plan of {APP} is stale: {MOVED} since it was made"
    assert "apply" not in bench.terraform.log
