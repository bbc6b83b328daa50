"""Layers folded: the laws that merging keeps."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.resolve.merge import Faults, Setting, find_setting, merge
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.value import Json, Value

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["x", "y"]))
KEYS = st.sampled_from("abc")
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=3)


def node(text: str) -> Node:
    root = read_document(text, "f.yaml").root
    assert root is not None
    return root


def fold(*texts: str) -> Setting:
    setting: Setting | None = None
    faults: Faults = []
    for text in texts:
        setting = merge(setting, node(text), faults)
    assert setting is not None
    assert not faults
    return setting


def merged(*layers: Mapping[str, Json]) -> Value:
    return fold(*(flow_style(layer) for layer in layers)).written()


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["a: 1", "b: 2"], {"a": 1, "b": 2}),
        (["a: {x: 1, y: 2}", "a: {y: 3}"], {"a": {"x": 1, "y": 3}}),
        (["a: [1, 2]", "a: [3]"], {"a": [3]}),
        (["a: {x: 1}", "a: 5"], {"a": 5}),
        (["a: 5", "a: {x: 1}"], {"a": {"x": 1}}),
        (["a: {x: 1}", "a: null"], {"a": None}),
        (["a: {x: 1}", "a: {}"], {"a": {"x": 1}}),
        (["a: [1]", "a: !append [2]", "a: !append [3]"], {"a": [1, 2, 3]}),
        (["a: !append [2]"], {"a": [2]}),
        (["a: [1]", "a: !append [2]", "a: [9]"], {"a": [9]}),
        (["a: {x: 1}", "a: !replace {y: 2}"], {"a": {"y": 2}}),
        (["a: {x: 1}", "a: !replace {y: 2}", "a: {z: 3}"], {"a": {"y": 2, "z": 3}}),
        (["a: [1]", "a: !replace [2]"], {"a": [2]}),
        (["a: !replace {y: 2}"], {"a": {"y": 2}}),
        (["a: 1\nb: 2", "a: !unset"], {"b": 2}),
        (["a: {x: 1}", "a: !unset", "a: {y: 2}"], {"a": {"y": 2}}),
        (["a: [1]", "a: !unset", "a: !append [2]"], {"a": [2]}),
        (["a: {x: {p: 1}}", "a: {x: !unset }"], {"a": {}}),
        (["b: 1", "a: !unset"], {"b": 1}),
        (["a: {x: !unset , y: 1}"], {"a": {"y": 1}}),
    ],
)
def test_what_merges_to_what(layers: list[str], expected: Value) -> None:
    assert fold(*layers).written() == expected


@pytest.mark.parametrize(
    ("base", "kind"), [("a: 1", "a number"), ("a: {x: 1}", "a mapping"), ("a: null", "null")]
)
def test_append_to_something_else(base: str, kind: str) -> None:
    faults: Faults = []
    setting = merge(merge(None, node(base), faults), node("a: !append [1]"), faults)
    assert len(faults) == 1
    assert str(faults[0]).startswith(
        f"f.yaml:1:4: error: !append extends a list, but the inherited value is {kind}; "
        "it is inherited from f.yaml:1:4"
    )
    assert setting.written() == {"a": [1]}


@given(MAPPINGS)
def test_one_layer_is_itself(layer: Mapping[str, Json]) -> None:
    assert merged(layer) == layer


@given(MAPPINGS)
def test_an_empty_layer_changes_nothing(layer: Mapping[str, Json]) -> None:
    assert merged(layer, {}) == layer
    assert merged({}, layer) == layer


@given(MAPPINGS, MAPPINGS)
def test_the_same_layer_twice_is_once(first: Mapping[str, Json], second: Mapping[str, Json]) -> None:
    assert merged(first, second, second) == merged(first, second)


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_grouping_does_not_matter(
    first: Mapping[str, Json], second: Mapping[str, Json], third: Mapping[str, Json]
) -> None:
    together = merged(second, third)
    assert isinstance(together, dict)
    # The one exception: a mapping of the first layer that the second one cuts off shows through again if the
    # third has a mapping in its place.
    if not _cuts(first, second, third):
        assert merged(first, together) == merged(first, second, third)


def _cuts(first: Json, second: Json, third: Json) -> bool:
    """Tell whether the second layer puts something else where the first and the third have a mapping."""
    if isinstance(first, dict) and isinstance(third, dict):
        if not isinstance(second, dict):
            return True
        return any(_cuts(first[key], second[key], third[key]) for key in {*first} & {*second} & {*third})
    return False


@given(MAPPINGS, MAPPINGS)
def test_the_last_layer_wins_and_nothing_else_is_lost(
    first: Mapping[str, Json], second: Mapping[str, Json]
) -> None:
    result = merged(first, second)
    assert isinstance(result, dict)
    assert result.keys() == {*first, *second}
    for key, value in second.items():
        if not isinstance(value, dict):
            assert result[key] == value
    for key in first.keys() - second.keys():
        assert result[key] == first[key]


@given(MAPPINGS, st.sampled_from(["a", "b"]), SCALARS)
def test_unset_is_as_if_it_had_never_been(layer: Mapping[str, Json], key: str, value: Json) -> None:
    without = {name: item for name, item in layer.items() if name != key}
    assert fold(flow_style({**layer, key: value}), f"{key}: !unset").written() == without


def test_layers_remember_what_they_override() -> None:
    setting = fold("a: 1", "a: 2", "b: 3", "a: 4").get("a")
    assert setting is not None
    assert [link.node.value for link in setting.layers()] == [1, 2, 4]


def test_untouched_settings_are_shared() -> None:
    base = fold("a: {x: 1}\nb: [1]")
    over = merge(base, node("b: [2]"), [])
    assert over.entries is not None
    assert base.entries is not None
    assert over.entries["a"] is base.entries["a"]


def test_finding_a_place_in_a_merged_value() -> None:
    setting = fold("a: [{x: 1}]", "a: !append [{y: 2}]").get("a")
    assert setting is not None
    found = find_setting(setting, (1, "y"))
    assert isinstance(found, Node)
    assert found.value == 2
    assert find_setting(setting, (7,)) is setting
