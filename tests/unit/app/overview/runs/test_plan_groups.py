"""Only plans that do the same share an approval."""

from dataclasses import replace

import pytest

from cellwright.app.overview.runs.plan_groups import WaitingPlan, plan_groups
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.run import Operation

CHANGE = ResourceChange("aws_x.this", Action.UPDATE, (AttributeChange("version", "1", "2"),))
SUMMARY = PlanSummary(ResourceCounts(change=1), (CHANGE,), (), applyable=True, whole="w", nameless="n")


def plan(cell: str, summary: PlanSummary = SUMMARY, stack: str = "app") -> WaitingPlan:
    return WaitingPlan(
        run="R",
        unit=UnitAddress("client", cell, stack),
        operation=Operation.APPLY,
        plan_digest=f"digest of {cell} {stack}",
        asked_at="2026-11-22T21:48:12+00:00",
        summary=summary,
    )


def grouped(*plans: WaitingPlan) -> list[tuple[list[str], bool]]:
    return [([item.unit.cell for item in group.plans], group.exact) for group in plan_groups(plans)]


def test_plans_that_are_equal_as_a_whole_are_one_group() -> None:
    assert grouped(plan("acme"), plan("globex")) == [(["acme", "globex"], True)]


def test_plans_that_differ_in_their_cells_own_names_are_one_group_that_says_so() -> None:
    other = replace(SUMMARY, whole="w2")
    assert grouped(plan("acme"), plan("globex", other), plan("initech", other)) == [
        (["acme", "globex", "initech"], False)
    ]


@pytest.mark.parametrize(
    "other",
    [
        plan("globex", replace(SUMMARY, whole="w2", nameless="n2")),
        plan("globex", replace(SUMMARY, whole="", nameless="")),
        plan("globex", stack="web"),
        replace(plan("globex"), operation=Operation.DESTROY),
        replace(plan("globex"), run="S"),
    ],
)
def test_plans_that_differ_stand_alone(other: WaitingPlan) -> None:
    assert grouped(plan("acme"), other) == [(["acme"], True), (["globex"], True)]


def test_plans_without_a_digest_of_the_whole_are_never_grouped() -> None:
    old = replace(SUMMARY, whole="", nameless="")
    assert grouped(plan("acme", old), plan("globex", old)) == [(["acme"], True), (["globex"], True)]


def test_the_largest_group_comes_first() -> None:
    other = replace(SUMMARY, whole="w2", nameless="n2")
    found = grouped(plan("a", other), plan("b"), plan("c"))
    assert found == [(["b", "c"], True), (["a"], True)]


def test_a_group_names_its_cells_once() -> None:
    (group,) = plan_groups([plan("acme"), plan("globex"), replace(plan("acme"), plan_digest="again")])
    assert [str(cell) for cell in group.cells] == ["client/acme", "client/globex"]
    assert group.key == "digest of acme app"
