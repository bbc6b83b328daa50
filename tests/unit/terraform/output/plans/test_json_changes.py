"""Texts that are JSON are compared part by part."""

import json

import pytest

from cellwright.model.runs.plan import Action, AttributeChange
from cellwright.terraform.output.plans.attributes import attribute_changes
from cellwright.terraform.output.plans.change_notes import actions_of, forcing, note_of
from cellwright.terraform.output.plans.json_changes import ABSENT, json_changes, read_structure


def changes(before: object, after: object) -> list[tuple[str, str, str]]:
    return list(json_changes("p", before, after))


def test_only_what_differs_is_told() -> None:
    assert changes({"a": 1, "b": {"c": [1, 2]}}, {"a": 1, "b": {"c": [1, 3]}}) == [
        ("p.b.c", "[1, 2]", "[1, 3]")
    ]


def test_an_element_that_is_put_in_shifts_no_other() -> None:
    old = [{"Sid": "a", "x": 1}, {"Sid": "b", "x": 1}]
    new = [{"Sid": "n"}, {"Sid": "a", "x": 2}, {"Sid": "b", "x": 1}]
    assert changes(old, new) == [("p[0].Sid", "", '"n"'), ("p[1].x", "1", "2")]


def test_elements_without_names_are_compared_in_their_order() -> None:
    assert changes([{"x": 1}, {"x": 2}], [{"x": 1}, {"x": 3}]) == [("p[1].x", "2", "3")]
    assert changes([{"x": 1}], [{"x": 1}, {"y": 1}]) == [("p[1].y", "", "1")]
    assert changes([{"x": 1}, {"y": 1}], [{"x": 1}]) == [("p[1].y", "1", "")]


def test_a_key_that_is_no_name_is_quoted() -> None:
    assert changes({}, {"aws:Source Arn": "x"}) == [('p["aws:Source Arn"]', "", '"x"')]


def test_a_list_becomes_an_object() -> None:
    assert changes({"a": []}, {"a": {"b": 1}}) == [("p.a", "[]", '{"b": 1}')]


@pytest.mark.parametrize("text", ["", "{}", "[]", "1", '"x"', "{broken", "[" * 5000])
def test_what_is_no_structure_stays_a_text(text: str) -> None:
    assert read_structure(text) is None


def test_the_same_written_in_another_way_is_told_as_a_text() -> None:
    change = {"before": {"p": '{"a": 1}'}, "after": {"p": '{"a":1}'}}
    assert [item.path for item in attribute_changes(change, lambda _: True)] == ["p"]


def test_a_text_that_may_not_be_read_is_left_whole() -> None:
    change = {"before": {"p": '{"a": 1}'}, "after": {"p": '{"a": 2}'}}
    assert [item.path for item in attribute_changes(change, lambda _: False)] == ["p"]
    assert [item.path for item in attribute_changes(change)] == ["p"]
    assert [item.path for item in attribute_changes(change, lambda _: True)] == ["p.a"]


def test_a_sensitive_text_is_never_read() -> None:
    secret = json.dumps({"a": "hush"})
    change = {"before": {"p": secret}, "after": {"p": "{}"}, "before_sensitive": {"p": True}}
    found = attribute_changes(change, lambda _: True)
    assert [(item.path, item.before) for item in found] == [("p", "(sensitive value)")]


def test_a_new_text_is_listed_part_by_part() -> None:
    change = {"before": None, "after": {"p": '{"a": {"b": 1}}'}}
    assert attribute_changes(change, lambda _: True) == (AttributeChange("p.a.b", "", "1"),)
    assert changes(ABSENT, {"a": 1}) == [("p.a", "", "1")]


@pytest.mark.parametrize(
    ("path", "forces"),
    [("a", True), ("a.b", True), ("ab", False), ("c[0].d", True), ("c", True), ("c[1]", False)],
)
def test_what_forces_a_replacement_is_marked(path: str, *, forces: bool) -> None:
    found = forcing([AttributeChange(path, "1", "2")], [["a"], ["c", 0, "d"]])
    assert found[0].forces is forces


def test_notes_tell_why_and_what_besides() -> None:
    item = {
        "action_reason": "replace_because_tainted",
        "change": {"importing": {"id": "i-1"}},
        "previous_address": "a.b",
    }
    assert note_of(Action.REPLACE, item) == "tainted, imported from i-1, moved from a.b"
    assert note_of(Action.MOVE, {"change": {}, "previous_address": "a.b"}) == ""


def test_actions_are_told_of_the_resource_that_begins_them() -> None:
    def invocation(name: str, event: str, place: int) -> dict[str, object]:
        trigger = {
            "triggering_resource_address": "aws_instance.a",
            "action_trigger_event": event,
            "action_trigger_block_index": 0,
            "actions_list_index": place,
        }
        return {"address": f"action.aws_lambda_invoke.{name}", "lifecycle_action_trigger": trigger}

    by_hand = {"address": "action.aws_lambda_invoke.c", "invoke_action_trigger": {}}
    found = [invocation("b", "AfterUpdate", 1), by_hand, invocation("a", "BeforeUpdate", 0)]
    assert actions_of({"action_invocations": found}) == {
        "aws_instance.a": (
            "before it action.aws_lambda_invoke.a is invoked",
            "after it action.aws_lambda_invoke.b is invoked",
        )
    }
    assert actions_of({}) == {}
