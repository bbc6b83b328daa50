import pytest

from cellwright.stacks.hcl.expression import parse_expression
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Computed, Expression, Literal, TemplateExpression, Traversal


def value_of(text: str) -> Expression:
    return parse_native(f"a = {text}\n").attributes["a"].value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\n\r\t\"\\"', '\n\r\t"\\'),
        (r'"\u00e9\U0001F600"', "é\U0001f600"),
        ('"$${a} %%{b} $ % $x"', "${a} %{b} $ % $x"),
        ('<<E\n\\n "q" $${a}\n  b\nE', '\\n "q" ${a}\n  b\n'),
        ("<<-E\n    a\n\n      b\n    E", "a\n\n  b\n"),
        ("<<-E\n\ta\n\tE", "a\n"),
        ("<<E\nE", ""),
    ],
)
def test_text_without_anything_to_evaluate(text: str, value: str) -> None:
    assert value_of(text) == Literal(value, 4)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('"${x}"', (Traversal(("x",), 7),)),
        ('"a/${var.b}/$${c}"', (Literal("a/", 5), Traversal(("var", "b"), 9), Literal("/${c}", 15))),
        ("<<E\n${x}\nE", (Traversal(("x",), 10), Literal("\n", 12))),
    ],
)
def test_text_with_interpolations(text: str, parts: tuple[Expression, ...]) -> None:
    assert value_of(text) == TemplateExpression(parts, 4)


@pytest.mark.parametrize(
    "text",
    [
        '"a%{ if x }b%{ endif }"',
        "<<E\n%{ for x in y }\n%{ endfor }\nE",
        '" ${~ x}"',
        '"${x ~} "',
        "<<-E\n  ${x}\n  E",
    ],
)
def test_text_that_has_to_be_evaluated(text: str) -> None:
    assert value_of(text) == Computed(4)


def test_an_unknown_escape_is_blamed_at_its_place() -> None:
    with pytest.raises(SyntaxFault) as refusal:
        parse_expression(r'"fine\n then \q"')
    assert refusal.value.offset == 13


def test_a_code_point_that_there_is_not() -> None:
    with pytest.raises(SyntaxFault, match="no escape sequence"):
        parse_expression(r'"\UFFFFFFFF"')
