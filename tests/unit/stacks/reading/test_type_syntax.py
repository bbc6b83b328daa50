from decimal import Decimal

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.hcl.syntax import Literal
from cellwright.stacks.reading.type_syntax import constraint_of
from cellwright.stacks.types.constraint import (
    UNKNOWN_DEFAULT,
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
from unit.stacks.type_text import parse_type


@pytest.mark.parametrize(
    ("text", "constraint"),
    [
        ("string", Primitive.STRING),
        ("number", Primitive.NUMBER),
        ("bool", Primitive.BOOL),
        ("any", AnyType()),
        ("list(string)", ListOf(Primitive.STRING)),
        ("set(number)", SetOf(Primitive.NUMBER)),
        ("map(list(any))", MapOf(ListOf(AnyType()))),
        ("tuple([string, bool])", TupleOf((Primitive.STRING, Primitive.BOOL))),
        ("object({})", ObjectOf({})),
        ("list", ListOf(AnyType())),
        ("map", MapOf(AnyType())),
    ],
)
def test_types(text: str, constraint: TypeConstraint) -> None:
    assert parse_type(text) == constraint


def test_an_object_as_people_write_it() -> None:
    text = """object({
      name = string                      # a comment
      size = optional(number, 3)
      inner = optional(list(object({ a = bool })), [])
      port : number,
    })"""
    inner = ObjectOf({"a": ObjectAttribute(Primitive.BOOL)})
    assert parse_type(text) == ObjectOf(
        {
            "name": ObjectAttribute(Primitive.STRING),
            "size": ObjectAttribute(Primitive.NUMBER, optional=True),
            "inner": ObjectAttribute(ListOf(inner), optional=True),
            "port": ObjectAttribute(Primitive.NUMBER),
        }
    )


@pytest.mark.parametrize(
    ("text", "column", "finding"),
    [
        ("strin", 1, "'strin' is no type; did you mean 'string'?"),
        ("list(nmber)", 6, "'nmber' is no type; did you mean 'number'?"),
        ("string.x", 1, "'string.x' is no type"),
        ("vector(string)", 1, "'vector' is no type"),
        ("vector()", 1, "'vector' is no type"),
        ("list()", 1, "the type 'list' takes one argument"),
        ("map(string, string)", 1, "the type 'map' takes one argument"),
        ("set", 1, "the type 'set' takes one argument"),
        ("object", 1, "the type 'object' takes one argument"),
        ("object(string)", 8, "an object takes its attributes"),
        ("object({(a) = string})", 9, "an attribute has a plain name here"),
        ("tuple(string)", 7, "a tuple takes a list of types"),
        ("optional(string)", 1, "optional() is for the attributes of an object"),
        ("list(optional(string))", 6, "optional() is for the attributes of an object"),
        ("object({a = optional()})", 13, "optional() takes a type and a default"),
        ("object({a = optional(string, 1, 2)})", 13, "optional() takes a type and a default"),
        ("[string]", 1, "this is no type"),
        ("1 + 1", 1, "this is no type"),
        ("true", 1, "this is no type"),
        ("list(list)", 6, "the type 'list' takes one argument"),
        ("object({a = string, a = number})", 21, "the attribute 'a' is declared twice"),
        ('object({"a.b" = string})', 9, "an attribute has a plain name here"),
        ('object({a = optional(number, "x")})', 30, "the default does not fit the attribute: number wanted"),
        ("object({a = optional(list(any), [1, true])})", 33, "must be of one type"),
        ("object({a = optional(string, var.x)})", 30, "a constant can't refer to other values"),
        ("object({a = optional(string, f(1))})", 30, "a constant can't call a function: 'f'"),
        ('"string"', 1, "a type stands without quotes"),
        ("list(", 6, "ends too early"),
    ],
)
def test_what_is_no_type(text: str, column: int, finding: str) -> None:
    with pytest.raises(DiagnosticError) as refusal:
        parse_type(text)
    (diagnostic,) = refusal.value.diagnostics
    assert finding in str(diagnostic)
    assert diagnostic.position is not None
    assert diagnostic.position.column == column


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("3", 3),
        ("-1.5", Decimal("-1.5")),
        ("!true", False),
        ('["a", { b = null }]', ["a", {"b": None}]),
        ('"a${1}"', "a1"),
        ("null", None),
        ("1 + 1", UNKNOWN_DEFAULT),
        ("[1 + 1]", UNKNOWN_DEFAULT),
        ("{ (1 + 1) = 1 }", UNKNOWN_DEFAULT),
    ],
)
def test_defaults_of_optional_attributes(text: str, default: object) -> None:
    found = parse_type(f"object({{a = optional(any, {text})}})")
    assert isinstance(found, ObjectOf)
    assert found.attributes["a"].default == default


@pytest.mark.parametrize(
    ("text", "constraint"),
    [("string", Primitive.STRING), ("list(string)", ListOf(Primitive.STRING)), ("list", ListOf(AnyType()))],
)
def test_types_in_json_are_texts(text: str, constraint: TypeConstraint) -> None:
    assert constraint_of(Literal(text, 0), json=True) == constraint
