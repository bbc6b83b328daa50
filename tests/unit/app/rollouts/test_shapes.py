"""Plans by shape: what does the same is one group, and what differs in anything is another."""

from dataclasses import replace
from time import process_time

from cellwright.app.rollouts.shapes import shape_groups, shape_of
from cellwright.ledger.rollouts.questions import RolloutQuestion
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation
from cellwright.model.value import Json


def question(cell: str, shape: str = "same", stack: str = "app") -> RolloutQuestion:
    counts: Json = {"add": 1, "change": 0, "destroy": 0, "replace": 0, "forget": 0}
    summary: Json = {
        "counts": counts,
        "resources": [["aws_s3_bucket.files", "create", [["tags.team", "", "web"]]]] * 5,
        "outputs": [],
        "applyable": True,
        "whole": f"whole of {cell}",
        "nameless": f"nameless of {cell}",
        **({"shape": shape} if shape else {}),
    }
    return RolloutQuestion(
        run=f"run-{cell}",
        unit=UnitAddress("client", cell, stack),
        plan_digest=f"digest-{cell}",
        asked_at="2026-11-22T21:48:12+00:00",
        operation=Operation.APPLY,
        plan={"summary": summary},
    )


def test_plans_that_do_the_same_are_one_group_the_largest_first() -> None:
    found = shape_groups(
        [question("a", "other"), question("b"), question("c", stack="web"), question("d"), question("e")]
    )
    assert [[str(item.unit) for item in group.questions] for group in found] == [
        ["client/b/app", "client/d/app", "client/e/app"],
        ["client/a/app"],
        ["client/c/web"],
    ]
    assert len({group.name for group in found}) == 3
    assert [group.level_and_stack for group in found] == ["client/*/app", "client/a/app", "client/c/web"]


def test_what_a_plan_is_of_is_part_of_its_shape() -> None:
    one = question("a")
    others = [
        question("a", stack="web"),
        question("a", shape="different"),
        replace(one, operation=Operation.DESTROY),
        replace(one, unit=UnitAddress("base", "a", "app")),
    ]
    assert shape_of(one) == shape_of(question("b"))
    assert len({shape_of(item) for item in (one, *others)}) == 5


def test_a_plan_without_a_digest_has_no_shape_and_stands_alone() -> None:
    old = [question("a", shape=""), question("b", shape="")]
    assert [shape_of(item) for item in old] == ["", ""]
    found = shape_groups(old)
    assert [len(group.questions) for group in found] == [1, 1]
    assert len({group.name for group in found}) == 2
    assert shape_of(replace(old[0], plan=None)) == ""


def test_ten_thousand_plans_are_grouped_in_a_moment() -> None:
    plans = [question(f"c{number:05}", f"kind {number % 7}") for number in range(10_000)]
    begun = process_time()
    assert len(shape_groups(plans)) == 7
    assert process_time() - begun < 2
