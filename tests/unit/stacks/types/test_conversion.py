import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.address import UnitAddress
from cellwright.model.value import Json, OutputReference, Template, Value
from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)
from cellwright.stacks.types.conversion import Mismatch, ignored_attributes, mismatches, path_text
from unit.stacks.conversion_cases import FITTING, REFUSED
from unit.stacks.type_text import parse_type

REFERENCE = OutputReference(UnitAddress("base", "use1", "network"), "vpc_id")
TEMPLATE = Template(("x-", REFERENCE))

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def objects(inner: st.SearchStrategy[TypeConstraint]) -> st.SearchStrategy[TypeConstraint]:
    attributes = st.builds(ObjectAttribute, inner, st.booleans())
    return st.builds(ObjectOf, st.dictionaries(st.sampled_from("abcd"), attributes, max_size=3))


LEAVES: st.SearchStrategy[TypeConstraint] = st.sampled_from(Primitive) | st.just(AnyType())
TYPES: st.SearchStrategy[TypeConstraint] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(ListOf, inner)
        | st.builds(SetOf, inner)
        | st.builds(MapOf, inner)
        | st.builds(TupleOf, st.lists(inner, max_size=3).map(tuple))
        | objects(inner)
    ),
    max_leaves=6,
)


EXAMPLES: Mapping[Primitive, Json] = {Primitive.STRING: "x", Primitive.NUMBER: 1, Primitive.BOOL: True}


def example(constraint: TypeConstraint) -> Json:
    """Give some value of the type."""
    match constraint:
        case Primitive():
            return EXAMPLES[constraint]
        case AnyType():
            return None
        case ListOf() | SetOf():
            return [example(constraint.element)]
        case MapOf():
            return {"k": example(constraint.element)}
        case TupleOf():
            return [example(element) for element in constraint.elements]
        case ObjectOf():
            attributes = constraint.attributes.items()
            return {name: example(item.type) for name, item in attributes if not item.optional}


@pytest.mark.parametrize(("text", "value"), FITTING)
def test_takes_what_terraform_converts(text: str, value: Json) -> None:
    assert mismatches(parse_type(text), value) == ()


@pytest.mark.parametrize(("text", "value", "messages"), REFUSED)
def test_refuses_what_terraform_refuses(text: str, value: Json, messages: tuple[str, ...]) -> None:
    found = [str(mismatch) for mismatch in mismatches(parse_type(text), value)]
    assert len(found) == len(messages)
    assert all(message in text for message, text in zip(messages, found, strict=True))


@given(TYPES)
def test_a_value_of_the_type_fits(constraint: TypeConstraint) -> None:
    assert mismatches(constraint, example(constraint)) == ()
    assert ignored_attributes(constraint, example(constraint)) == ()


@given(TYPES)
def test_a_type_reads_as_it_is_written(constraint: TypeConstraint) -> None:
    assert parse_type(str(constraint)) == constraint


@given(VALUES)
def test_any_takes_everything(value: Json) -> None:
    assert mismatches(AnyType(), value) == ()


@given(TYPES, VALUES)
def test_every_type_answers_for_every_value(constraint: TypeConstraint, value: Json) -> None:
    for mismatch in mismatches(constraint, value):
        assert mismatch.message
        inner: Value = value
        for step in mismatch.path:  # the path leads somewhere
            inner = inner[step]  # type: ignore[index]


@given(TYPES)
def test_an_output_fits_wherever_a_value_does(constraint: TypeConstraint) -> None:
    assert mismatches(constraint, REFERENCE) == ()


def test_an_output_may_be_any_part_of_a_value() -> None:
    assert mismatches(parse_type("list(object({a = number}))"), [REFERENCE, {"a": REFERENCE}]) == ()
    assert mismatches(parse_type("list(any)"), [REFERENCE, 1, True]) == ()
    assert mismatches(parse_type("list(any)"), [REFERENCE, 1]) == ()


def test_a_template_is_a_string_not_known_yet() -> None:
    assert mismatches(Primitive.STRING, TEMPLATE) == ()
    assert mismatches(Primitive.NUMBER, TEMPLATE) == ()
    assert [str(item) for item in mismatches(parse_type("list(string)"), TEMPLATE)] == [
        "list(string) wanted, this is a string"
    ]
    assert mismatches(parse_type("list(any)"), [TEMPLATE, 1, True]) == ()


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("wanted", [Primitive.STRING, Primitive.NUMBER])
def test_a_number_that_json_has_not(wanted: Primitive, number: float) -> None:
    assert len(mismatches(wanted, number)) == 1


def test_messages_never_show_the_value() -> None:
    shown = str(mismatches(parse_type("object({pin = list(number)})"), {"pin": "hunter2"}))
    shown += str(mismatches(parse_type("bool"), 271828))
    assert "hunter2" not in shown
    assert "271828" not in shown


def test_the_depth_of_a_value_is_no_crash() -> None:
    value: Json = 1
    for _ in range(5000):
        value = [value]
    assert mismatches(parse_type("list(any)"), [value, value]) == ()


def test_attributes_that_terraform_would_drop() -> None:
    constraint = parse_type(
        "list(object({ name = string, tags = optional(map(string)), at = tuple([object({x = any})]) }))"
    )
    value: Json = [
        {"name": "a", "nmae": 1, "tags": {"free": "x"}, "at": [{"x": {"y": 1}, "z": 1}]},
        "no object",
    ]
    assert ignored_attributes(constraint, value) == (
        Mismatch((0, "nmae"), "the type has no attribute 'nmae'; did you mean 'name'?"),
        Mismatch((0, "at", 0, "z"), "the type has no attribute 'z'"),
    )


def test_a_path_reads_like_terraform_writes_it() -> None:
    assert path_text(("rules", 0, "port")) == "rules[0].port"
    assert path_text((1, "a")) == "[1].a"
    assert str(Mismatch((), "x")) == "x"
