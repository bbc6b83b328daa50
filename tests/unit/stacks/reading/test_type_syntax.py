import pytest

from cellwright.model.diagnostic import DiagnosticError
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
        ('"string"', Primitive.STRING),
        ('"list(string)"', ListOf(Primitive.STRING)),
    ],
)
def test_types(text: str, constraint: TypeConstraint) -> None:
    assert parse_type(text) == constraint


def test_an_object_as_people_write_it() -> None:
    text = """object({
      name = string                      # a comment
      size = optional(number, 3)
      "quoted" = optional(list(object({ a = bool })), [])
      port : number,
    })"""
    inner = ObjectOf({"a": ObjectAttribute(Primitive.BOOL)})
    assert parse_type(text) == ObjectOf(
        {
            "name": ObjectAttribute(Primitive.STRING),
            "size": ObjectAttribute(Primitive.NUMBER, optional=True),
            "quoted": ObjectAttribute(ListOf(inner), optional=True),
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
        ("set", 1, "'set' is no type"),
        ("object", 1, "'object' is no type"),
        ("object(string)", 8, "an object takes its attributes"),
        ("object({(a) = string, [1] = bool})", 23, "an attribute has a name here"),
        ("tuple(string)", 7, "a tuple takes a list of types"),
        ("optional(string)", 1, "optional() is for the attributes of an object"),
        ("list(optional(string))", 6, "optional() is for the attributes of an object"),
        ("object({a = optional()})", 13, "optional() takes a type and a default"),
        ("object({a = optional(string, 1, 2)})", 13, "optional() takes a type and a default"),
        ("[string]", 1, "this is no type"),
        ("1 + 1", 1, "this is no type"),
        ("true", 1, "this is no type"),
        ('"strin"', 1, "'strin' is no type"),
        ('"list("', 1, "the file ends too early"),
        ('"\\"string\\""', 1, "is no type"),
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
