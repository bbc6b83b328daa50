from decimal import Decimal

import pytest

from cellwright.stacks.hcl.expression import parse_expression
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Expression,
    FunctionCall,
    Literal,
    ObjectExpression,
    Traversal,
    TupleExpression,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("12", 12),
        ("1.5", Decimal("1.5")),
        ("1e3", 1000),
        ('""', ""),
        ('"a\\tb"', "a\tb"),
        ('("x")', "x"),
    ],
)
def test_constants(text: str, value: object) -> None:
    expression = parse_expression(text)
    assert isinstance(expression, Literal)
    assert expression.value == value
    assert type(expression.value) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var.a.b", Traversal(("var", "a", "b"), 0)),
        ("module.a[0].b.*.c", Traversal(("module", "a", "b", "c"), 0, whole=False)),
        ('x["k"][*].y', Traversal(("x", "y"), 0, whole=False)),
        ("list(string)", FunctionCall("list", (Traversal(("string",), 5),), 0)),
        ("f()", FunctionCall("f", (), 0)),
        ("f(x...)", FunctionCall("f", (Traversal(("x",), 2),), 0, spread=True)),
        ("a::b::c(1)", FunctionCall("a::b::c", (Literal(1, 8),), 0)),
        ("[1, x]", TupleExpression((Literal(1, 1), Traversal(("x",), 4)), 0)),
        (
            "{ a = 1\n\n b : 2 }",
            ObjectExpression(
                ((Traversal(("a",), 2), Literal(1, 6)), (Traversal(("b",), 10), Literal(2, 14))), 0
            ),
        ),
    ],
)
def test_what_a_contract_reads(text: str, expected: Expression) -> None:
    assert parse_expression(text) == expected


def test_an_expression_stands_alone() -> None:
    with pytest.raises(SyntaxFault, match="unexpected name"):
        parse_expression("a b")
    with pytest.raises(SyntaxFault, match="ends too early"):
        parse_expression("")
