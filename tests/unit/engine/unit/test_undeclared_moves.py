"""A plan that destroys what another stack of the cell declares warns of it; what is no split does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.engine.unit.step import TerraformStep
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.unit import StackPin
from cellwright.planning.fingerprint import StackFacts
from cellwright.stacks.source.tree import StackFile, StackTree
from unit.engine.kit import APP, FACTS, TREE, Bench, make_unit, whole

DB = UnitAddress(APP.level, APP.cell, "db")
GONE = 'resource "a" "gone" {}\n'
DESTROYS = PlanSummary(
    ResourceCounts(destroy=1), (ResourceChange('a.gone["x"]', Action.DELETE),), (), applyable=True
)
WARNING = "a.gone of client/acme/app would be destroyed, and client/acme/db, which is still to be applied"


def tree(folder: Path, text: str, digest: str) -> StackTree:
    folder.mkdir(exist_ok=True)
    path = folder / f"{digest}.tf"
    path.write_text(text)
    return replace(
        TREE, files=(StackFile("main.tf", path, executable=False, sha256=b""),), digest=digest, folder=folder
    )


def step_of(bench: Bench, folder: Path, own: str, other: str, *, on: bool = True) -> TerraformStep:
    bench.units[DB] = replace(make_unit(), address=DB, stack=StackPin("./stacks/db"))
    bench.terraform.summary = DESTROYS
    trees = {"./stacks/db": tree(folder, other, "other")}
    mine = tree(folder, own, "own")

    def stacks(pin: StackPin) -> tuple[StackTree, StackFacts]:
        found = trees.get(pin.source, mine)
        return found, replace(FACTS, digest=found.digest)

    step = bench.step()
    near = (APP, DB) if on else (APP,)
    return replace(step, evaluator=replace(step.evaluator, stacks=stacks, neighbours=lambda _unit: near))


def warnings_of(step: TerraformStep) -> list[str]:
    return [item.summary for item in whole(step).diagnostics if "would be destroyed" in item.summary]


def test_what_the_other_stack_declares_is_named(bench: Bench, tmp_path: Path) -> None:
    [found] = whole(step_of(bench, tmp_path, "", GONE)).diagnostics
    assert found.summary == f"{WARNING}, declares the same"
    assert "`moved_from: {app: [a.gone]}`" in found.detail


@pytest.mark.parametrize(
    ("own", "other", "on"), [(GONE, GONE, True), ("", "", True), ("", GONE, False), ("", "broken {", True)]
)
def test_what_is_no_split_is_not(bench: Bench, tmp_path: Path, own: str, other: str, *, on: bool) -> None:
    assert warnings_of(step_of(bench, tmp_path, own, other, on=on)) == []
