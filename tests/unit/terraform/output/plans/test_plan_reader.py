from typing import Any

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan import Action, AttributeChange, ResourceCounts
from cellwright.terraform.output.plans import plan_reader
from cellwright.terraform.output.plans.attributes import attribute_changes
from cellwright.terraform.output.plans.plan_reader import parse_plan, summarise_plan


def changes(**change: object) -> list[tuple[str, str, str]]:
    return [(item.path, item.before, item.after) for item in attribute_changes(change)]


def document(*resources: dict[str, Any], **rest: object) -> dict[str, Any]:
    return {"format_version": "1.2", "applyable": True, "resource_changes": list(resources), **rest}


def resource(actions: list[str], **rest: object) -> dict[str, Any]:
    change = {"actions": actions, "before": None, "after": None, **rest}
    return {"address": "aws_vpc.main", "mode": "managed", "change": change}


@pytest.mark.parametrize(
    ("actions", "action", "counts"),
    [
        (["create"], Action.CREATE, ResourceCounts(add=1)),
        (["update"], Action.UPDATE, ResourceCounts(change=1)),
        (["delete"], Action.DELETE, ResourceCounts(destroy=1)),
        (["delete", "create"], Action.REPLACE, ResourceCounts(replace=1)),
        (["create", "delete"], Action.REPLACE, ResourceCounts(replace=1)),
        (["create", "forget"], Action.FORGET_CREATE, ResourceCounts(add=1, forget=1)),
        (["forget", "create"], Action.FORGET_CREATE, ResourceCounts(add=1, forget=1)),
        (["read"], Action.READ, ResourceCounts()),
        (["forget"], Action.FORGET, ResourceCounts(forget=1)),
    ],
)
def test_every_action_has_its_count(actions: list[str], action: Action, counts: ResourceCounts) -> None:
    summary = summarise_plan(document(resource(actions)))

    assert [item.action for item in summary.resources] == [action]
    assert summary.counts == counts


def test_unchanged_resources_are_left_out() -> None:
    assert summarise_plan(document(resource(["no-op"]))).resources == ()


def test_an_empty_plan() -> None:
    summary = summarise_plan({"format_version": "1.2", "applyable": False})

    assert (summary.counts.total, summary.resources, summary.outputs) == (0, (), ())
    assert not summary.applyable


def test_nested_values_are_compared_item_by_item() -> None:
    before = {"tags": {"Name": "a", "Old": "1"}, "rules": [{"p": 1}, {"p": 2}], "same": [1, 2], "n": None}
    after = {"tags": {"Name": "b", "New": "2"}, "rules": [{"p": 1}, {"p": 3}], "same": [1, 2], "n": 0}

    assert changes(before=before, after=after) == [
        ("n", "null", "0"),
        ("rules[1].p", "2", "3"),
        ("tags.Name", '"a"', '"b"'),
        ("tags.New", "", '"2"'),
        ("tags.Old", '"1"', ""),
    ]


def test_lists_of_another_length_and_values_of_another_kind_are_one_value() -> None:
    assert changes(before={"l": [1], "k": "x"}, after={"l": [1, 2], "k": {"a": 1}}) == [
        ("k", '"x"', '{"a": 1}'),
        ("l", "[1]", "[1, 2]"),
    ]


def test_unknown_values_are_marked_at_any_depth() -> None:
    assert changes(
        before={"id": "i-1", "tags": {"a": "1"}, "l": [1]},
        after={"tags": {"a": "1"}, "l": [1, None]},
        after_unknown={"id": True, "tags": {"b": True}, "l": [False, True]},
    ) == [
        ("id", '"i-1"', "(known after apply)"),
        ("l", "[1]", "[1, (known after apply)]"),
        ("tags.b", "", "(known after apply)"),
    ]


def test_a_new_resource_shows_what_is_set() -> None:
    assert changes(
        before=None,
        after={"name": "x", "unset": None, "nested": [{"a": 1}]},
        after_unknown={"id": True, "nested": [{"b": True, "c": False}]},
    ) == [
        ("id", "", "(known after apply)"),
        ("name", "", '"x"'),
        ("nested", "", '[{"a": 1, "b": (known after apply)}]'),
    ]


def test_a_deleted_resource_shows_what_was_set() -> None:
    assert changes(before={"name": "x", "unset": None}, after=None, after_unknown={}) == [("name", '"x"', "")]


def test_sensitive_values_are_masked_on_both_sides_and_at_any_depth() -> None:
    assert changes(
        before={"password": "old-secret", "env": [{"k": "old-secret"}], "same": "s", "late": None},
        after={"password": "new-secret", "env": [{"k": "new-secret"}, {}], "same": "s", "late": None},
        before_sensitive={"password": True, "env": [{"k": True}], "same": True},
        after_sensitive={"password": True, "env": [{"k": True}, {}], "same": True, "late": True},
        after_unknown={"late": True},
    ) == [
        ("env", '[{"k": (sensitive value)}]', '[{"k": (sensitive value)}, {}]'),
        ("late", "null", "(sensitive value)"),
        ("password", "(sensitive value)", "(sensitive value)"),
    ]


def test_a_wholly_sensitive_resource() -> None:
    assert changes(before={"a": "x"}, after={"a": "y"}, before_sensitive=True, after_sensitive=True) == [
        ("a", "(sensitive value)", "(sensitive value)")
    ]


def test_an_unmarked_copy_of_a_sensitive_value_is_masked_too() -> None:
    change = resource(
        ["update"],
        before={"password": "old-secret", "url": "db://u:old-secret@h"},
        after={"password": "new-secret", "url": "db://u:new-secret@h"},
        before_sensitive={"password": True},
        after_sensitive={"password": True},
    )

    (found,) = summarise_plan(document(change)).resources

    assert found.attributes[1] == AttributeChange(
        "url", '"db://u:(sensitive value)@h"', '"db://u:(sensitive value)@h"'
    )


def test_sensitive_variables_and_outputs_are_masked_in_attributes() -> None:
    variables = {"variables": {"token": {"value": "tok-canary"}, "plain": {"value": "visible"}}}
    declared = {"configuration": {"root_module": {"variables": {"token": {"sensitive": True}, "plain": {}}}}}
    output = {"actions": ["update"], "before": "out-canary", "after": "x", "before_sensitive": True}
    change = resource(["create"], after={"v": ["tok-canary", "out-canary", "visible"]})

    summary = summarise_plan(document(change, output_changes={"o": output}, **variables, **declared))

    assert summary.resources[0].attributes[0].after == '["(sensitive value)", "(sensitive value)", "visible"]'
    assert summary.outputs == ("o",)


def test_a_long_value_is_kept_whole() -> None:
    old, new = "a" * 20_000, "b" * 20_000
    summary = summarise_plan(document(resource(["update"], before={"v": old}, after={"v": new})))
    assert summary.resources[0].attributes == (AttributeChange("v", f'"{old}"', f'"{new}"'),)
    assert summary.cut == 0


def test_a_value_over_the_limit_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_reader, "PLAN_VALUE", 6_000)
    made = resource(["create"], after={"long": "y" * 9_999, "short": "z" * 4_000})
    summary = summarise_plan(document(made))
    long, short = summary.resources[0].attributes
    assert long.after.startswith('"' + "y" * 1_999)
    assert "…(8,001 more characters, SHA-256 of all " in long.after
    assert (short.after, summary.cut) == (f'"{"z" * 4_000}"', 1)


def test_a_plan_of_many_long_values_keeps_the_first_whole_and_every_short_one() -> None:
    kept = plan_reader._Kept(str, _room=10_000)
    values = [
        kept.value(AttributeChange("v", "", text)).after for text in ("a" * 9_000, "b" * 9_000, "c" * 400)
    ]
    assert (values[0], values[2], kept.cut) == ("a" * 9_000, "c" * 400, 1)
    assert "more characters" in values[1]


def test_other_known_secrets_are_masked_before_a_text_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_reader, "PLAN_VALUE", 500)
    secret = "canary-" + "x" * 100
    change = resource(["create"], after={"v": "y" * 1_970 + secret})

    summary = summarise_plan(document(change), lambda text: text.replace(secret, "***"))

    assert "canary" not in summary.resources[0].attributes[0].after


@pytest.mark.parametrize("at", [400, 500, 600, 669])
def test_a_change_anywhere_in_a_long_value_is_shown(at: int) -> None:
    text = "y" * 670
    change = resource(["update"], before={"v": text}, after={"v": f"{text[:at]}X{text[at + 1 :]}"})
    [attribute] = summarise_plan(document(change)).resources[0].attributes
    assert attribute.before != attribute.after
    assert "X" in attribute.after


def test_a_sensitive_value_that_changes_far_inside_is_not_shown() -> None:
    secret = "s" * 600
    change = resource(
        ["update"],
        before={"v": f"{secret}old", "copy": f"{secret}old"},
        after={"v": f"{secret}new", "copy": f"{secret}new"},
        before_sensitive={"v": True},
        after_sensitive={"v": True},
    )
    summary = summarise_plan(document(change))
    shown = "".join(f"{item.before}{item.after}" for item in summary.resources[0].attributes)
    assert "sss" not in shown
    assert "old" not in shown
    assert "new" not in shown


@pytest.mark.parametrize(("before", "after"), [(True, 1), (0, False), ([1], [True]), ({"a": 1}, {"a": True})])
def test_what_terraform_takes_for_another_value_is_one(before: object, after: object) -> None:
    assert changes(before={"v": before}, after={"v": after})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'"text"'])
def test_a_document_that_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(DiagnosticError, match="Terraform's plan can't be read"):
        parse_plan(content)


def test_a_format_of_the_future_is_refused() -> None:
    with pytest.raises(DiagnosticError, match=r"unknown format 2\.0; use a Terraform"):
        parse_plan(b'{"format_version": "2.0"}')


@pytest.mark.parametrize(
    "broken",
    [
        {"resource_changes": [{}]},
        {"resource_changes": [{"address": "x", "change": {"actions": []}}]},
        {"resource_changes": [{"address": "x", "change": {"actions": ["dance"]}}]},
        {"resource_changes": 3},
        {"output_changes": {"x": {}}},
        {"output_changes": [3]},
    ],
)
def test_a_plan_of_another_form_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(DiagnosticError, match="unknown form"):
        summarise_plan({"format_version": "1.2", **broken})
