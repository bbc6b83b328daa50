"""A plan is shown whole: what differs is marked, what is hidden says so, nothing is cut."""

import pytest

from cellwright.console.runs.plan_difference import AttributeLine, plan_difference
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.plan_options import PlanOptions


def line(before: str, after: str, action: Action = Action.UPDATE) -> AttributeLine:
    change = ResourceChange("aws_x.this", action, (AttributeChange("name", before, after),))
    (resource,) = plan_difference(
        PlanSummary(ResourceCounts(change=1), (change,), (), applyable=True)
    ).resources
    (found,) = resource.attributes
    return found


def test_the_middle_in_which_two_values_differ_is_marked() -> None:
    found = line('"app:1.4.2"', '"app:1.5.0"')
    assert found.before
    assert found.after
    assert (found.before.start, found.before.middle, found.before.end) == ('"app:1.', "4.2", '"')
    assert (found.after.middle, found.whole) == ("5.0", None)


@pytest.mark.parametrize(("before", "after"), [("1", "2"), ("a", "ab"), ("", "x"), ("abc", "abcabc")])
def test_both_values_are_all_there(before: str, after: str) -> None:
    found = line(before, after)
    assert (found.before.text if found.before else "") == before
    assert (found.after.text if found.after else "") == after


def test_a_value_that_says_something_about_itself_is_never_taken_apart() -> None:
    found = line("(sensitive value)", "(sensitive value) ")
    assert found.before
    assert (found.before.middle, found.before.hidden) == ("(sensitive value)", True)
    unknown = line("x", "(known after apply)")
    assert unknown.after
    assert unknown.after.unknown


def test_a_long_value_stands_whole_below_its_line() -> None:
    before, after = "x" * 300 + "old" + "y" * 300, "x" * 300 + "new" + "y" * 300
    found = line(before, after)
    assert found.whole == (before, after)
    assert found.before
    assert "old" in found.before.text
    assert len(found.before.text) < len(before)


def test_a_page_of_several_plans_shows_some_long_values_and_leads_to_the_others() -> None:
    attributes = tuple(AttributeChange(name, "", name * 300) for name in "abc")
    change = ResourceChange("aws_x.this", Action.CREATE, attributes)
    (found,) = plan_difference(
        PlanSummary(ResourceCounts(add=1), (change,), (), applyable=True), most=700
    ).resources
    assert [item.whole is None for item in found.attributes] == [False, False, True]
    assert [item.length for item in found.attributes] == [300, 300, 300]


def test_what_comes_has_no_before_and_what_goes_no_after() -> None:
    created, deleted = line("", "x", Action.CREATE), line("x", "", Action.DELETE)
    assert (created.before, deleted.after) == (None, None)
    assert created.after
    assert deleted.before


def test_attributes_that_a_provider_sets_later_are_named_together() -> None:
    change = ResourceChange("aws_x.this", Action.CREATE, (AttributeChange("arn", "", "(known after apply)"),))
    found = plan_difference(PlanSummary(ResourceCounts(add=1), (change,), ("url",), applyable=True))
    assert (found.resources[0].attributes, found.resources[0].later) == ((), ("arn",))
    assert (found.outputs, found.hidden) == (("url",), 0)


def test_hidden_values_are_counted() -> None:
    attributes = (
        AttributeChange("a", "(sensitive value)", "(sensitive value)"),
        AttributeChange("b", "1", "2"),
    )
    change = ResourceChange("aws_x.this", Action.UPDATE, attributes)
    found = plan_difference(PlanSummary(ResourceCounts(change=1), (change,), (), applyable=True))
    assert found.hidden == 2


def test_signs_that_can_not_be_seen_are_escapes() -> None:
    change = ResourceChange("aws_x\u202e.this", Action.UPDATE, (AttributeChange("na\nme", "\u200b", "2"),))
    (found,) = plan_difference(PlanSummary(ResourceCounts(change=1), (change,), (), applyable=True)).resources
    assert found.address == "aws_x\\u202e.this"
    assert found.attributes[0].path == "na\\u000ame"
    assert found.attributes[0].before
    assert found.attributes[0].before.text == "\\u200b"


def test_every_action_has_words() -> None:
    for action in Action:
        change = ResourceChange("aws_x.this", action)
        (found,) = plan_difference(PlanSummary(ResourceCounts(), (change,), (), applyable=True)).resources
        assert found.word.text


def test_a_part_is_said_to_leave_the_rest_open_where_something_is_to_be_done() -> None:
    options = PlanOptions(excludes=("aws_x.this",))
    plans = [
        PlanSummary(ResourceCounts(), (), (), applyable=applyable, options=options)
        for applyable in (True, False)
    ]
    found = [plan_difference(plan) for plan in plans]
    assert [item.partly for item in found] == [True, False]
    assert {item.flags for item in found} == {"--exclude aws_x.this"}
