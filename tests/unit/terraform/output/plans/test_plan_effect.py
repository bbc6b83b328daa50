from typing import Any

import pytest

from cellwright.terraform.output.plans.plan_effect import NO_EFFECT, PlanEffect, effect_of

AWS, OWN = "registry.terraform.io/hashicorp/aws", "terraform.io/builtin/terraform"


def change(*actions: str, provider: str = AWS, mode: str = "managed") -> dict[str, Any]:
    return {"mode": mode, "provider_name": provider, "change": {"actions": list(actions)}}


@pytest.mark.parametrize("actions", [["create"], ["delete"], ["forget"], ["delete", "create"]])
def test_a_resource_that_comes_or_goes_changes_the_state(actions: list[str]) -> None:
    assert effect_of({"resource_changes": [change("no-op"), change(*actions)]}) == PlanEffect(differs=True)


def test_an_update_should_change_it_but_only_terraforms_own_resources_are_sure_to() -> None:
    assert effect_of({"resource_changes": [change("update")]}) == PlanEffect(updates=True)
    own = effect_of({"resource_changes": [change("update", provider=OWN)]})
    assert own == PlanEffect(differs=True, updates=True)


@pytest.mark.parametrize("actions", [["no-op"], ["read"]])
def test_what_is_only_read_changes_nothing(actions: list[str]) -> None:
    assert effect_of({"resource_changes": [change(*actions)]}) == NO_EFFECT
    assert effect_of({"resource_changes": [change("read", mode="data")]}) == NO_EFFECT


def test_what_repairs_drift_may_leave_the_state_as_it_was() -> None:
    found = effect_of({"resource_changes": [change("create")], "resource_drift": [change("delete")]})
    assert found == NO_EFFECT


def test_a_state_that_only_gains_a_region_leaves_the_effect_as_sure_as_it_was() -> None:
    gained = change("update")
    gained["change"] |= {"before": {"region": None}, "after": {"region": "us-east-1"}}
    assert effect_of({"resource_changes": [change("create")], "resource_drift": [gained]}).differs


@pytest.mark.parametrize(
    ("output", "differs"),
    [
        ({"actions": ["update"], "before": 1, "after": 2, "after_unknown": False}, True),
        ({"actions": ["create"], "before": None, "after": 2, "after_unknown": False}, True),
        ({"actions": ["create"], "before": None, "after": None, "after_unknown": False}, False),
        ({"actions": ["update"], "before": 1, "after_unknown": True}, False),
        ({"actions": ["no-op"], "before": 1, "after": 1, "after_unknown": False}, False),
    ],
)
def test_an_output_whose_new_value_is_known_changes_it(output: dict[str, Any], *, differs: bool) -> None:
    assert effect_of({"output_changes": {"x": output}}).differs is differs
