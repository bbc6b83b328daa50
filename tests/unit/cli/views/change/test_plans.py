"""The view that is approved: what differs is to be seen, and only what is equal as a whole is folded."""

from dataclasses import replace

import pytest
from rich.console import RenderableType

from cellwright.cli.screen.screen import Screen
from cellwright.cli.views.change.plans import plans
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts

APP, OTHER = UnitAddress("client", "acme", "app"), UnitAddress("client", "globex", "app")


def plan(before: str = "1", after: str = "2", action: Action = Action.UPDATE) -> PlanSummary:
    change = ResourceChange("aws_x.this", action, (AttributeChange("policy", before, after),))
    return PlanSummary(ResourceCounts(change=1), (change,), (), applyable=True)


def shown(view: RenderableType, capsys: pytest.CaptureFixture[str]) -> str:
    import sys  # noqa: PLC0415  the captured stream

    Screen(sys.stdout, width=100_000).show(view)
    return capsys.readouterr().out


@pytest.mark.parametrize("length", [170, 300, 499])
def test_a_difference_in_the_middle_of_a_value_is_shown(
    length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    half = "x" * (length // 2)
    text = shown(plans({APP: plan(f"{half}old{half}", f"{half}new{half}")}), capsys)
    assert "old" in text
    assert "new" in text


@pytest.mark.parametrize("action", [Action.CREATE, Action.DELETE])
def test_a_value_that_comes_or_goes_is_shown_as_far_as_it_was_kept(
    action: Action, capsys: pytest.CaptureFixture[str]
) -> None:
    value = "x" * 200 + "*:*" + "x" * 200
    sides = ("", value) if action is Action.CREATE else (value, "")
    assert value in shown(plans({APP: plan(*sides, action=action)}), capsys)


def test_only_plans_that_are_equal_as_a_whole_are_folded(capsys: pytest.CaptureFixture[str]) -> None:
    one, same, another = (replace(plan(), whole=digest) for digest in ("1", "1", "2"))
    assert shown(plans({APP: one, OTHER: same}), capsys).count("aws_x.this") == 1
    assert shown(plans({APP: one, OTHER: another}), capsys).count("aws_x.this") == 2


def test_no_text_of_a_plan_can_pass_for_a_line_of_the_listing(capsys: pytest.CaptureFixture[str]) -> None:
    forged = "tags.a\n  -  aws_x.other\r"
    change = ResourceChange(forged, Action.UPDATE, (AttributeChange(forged, forged, "2"),))
    text = shown(plans({APP: PlanSummary(ResourceCounts(), (change,), (forged,), applyable=True)}), capsys)
    assert len(text.splitlines()) == 4
    assert "tags.a\\u000a  -  aws_x.other\\u000d" in text


def test_marks_that_turn_or_hide_text_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(plans({APP: plan('"user"', '"\u202enimda\u200b"')}), capsys)
    assert "\\u202enimda\\u200b" in text
    assert "\u202e" not in text
