from decimal import Decimal

import pytest

from cellwright.model.limits import CODE_DEPTH
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Attribute, Block, Body, Computed, Literal, Traversal
from unit.stacks.hcl.syntax_cases import ACCEPTED, REJECTED


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=list(ACCEPTED))
def test_takes_what_terraform_takes(text: str) -> None:
    assert isinstance(parse_native(text), Body)


@pytest.mark.parametrize(("text", "line"), REJECTED.values(), ids=list(REJECTED))
def test_refuses_what_terraform_refuses_and_says_where(text: str, line: int) -> None:
    with pytest.raises(SyntaxFault) as refusal:
        parse_native(text)
    finding = Source("main.tf", text).diagnostic(refusal.value)
    assert finding.position is not None
    assert finding.position.line == line
    assert finding.summary
    assert finding.detail


def test_reads_arguments_and_blocks_with_their_places() -> None:
    text = 'a = true\n\nresource "aws_vpc" main {\n  tags = local.tags\n\n  timeouts {}\n}\n'
    assert parse_native(text) == Body(
        {"a": Attribute("a", Literal(True, 4), 0)},
        (
            Block(
                "resource",
                ("aws_vpc", "main"),
                Body(
                    {"tags": Attribute("tags", Traversal(("local", "tags"), 45), 38)},
                    (Block("timeouts", (), Body({}, ()), 59),),
                ),
                10,
            ),
        ),
    )


def test_blocks_of_one_kind_keep_their_order() -> None:
    body = parse_native("b {}\na {}\nb { x = 1 }\n")
    assert [list(block.body.attributes) for block in body.blocks_of("b")] == [[], ["x"]]


def test_an_unclosed_block_is_blamed_where_it_begins() -> None:
    with pytest.raises(SyntaxFault) as refusal:
        parse_native('a = 1\n\n  variable "x" {\n  type = string\n')
    assert refusal.value.offset == 9
    assert refusal.value.summary == "the block 'variable' is never closed"


def test_a_long_unexpected_word_is_cut_in_the_message() -> None:
    with pytest.raises(SyntaxFault) as refusal:
        parse_native(f"a = 1 {'b' * 1000}\n")
    assert len(refusal.value.summary) < 100


def test_nesting_has_a_limit() -> None:
    deepest = CODE_DEPTH
    assert parse_native(f"a = {'[' * deepest}{']' * deepest}\n").attributes
    for text in ("[" * 10_000, "(" * 10_000, "f(" * 10_000, "{ a = " * 10_000, "x[" * 10_000):
        with pytest.raises(SyntaxFault, match="deep"):
            parse_native(f"a = {text}1")
    with pytest.raises(SyntaxFault, match="deep"):
        parse_native("a = " + '"${' * 10_000 + "1" + '}"' * 10_000)
    with pytest.raises(SyntaxFault, match="deep"):
        parse_native("a {\n" * 10_000 + "}\n" * 10_000)


def test_a_number_of_any_length_is_read() -> None:
    assert parse_native(f"a = {'9' * 5000}\n").attributes["a"].value == Literal(Decimal("9" * 5000), 4)


@pytest.mark.parametrize(("text", "value"), [("-1", -1), ("-1.5", Decimal("-1.5")), ("!true", False)])
def test_a_sign_before_a_constant_is_kept(text: str, value: object) -> None:
    assert parse_native(f"a = {text}\n").attributes["a"].value == Literal(value, 4)  # type: ignore[arg-type]


def test_operations_are_left_to_terraform() -> None:
    for text in ("1 + x", "--1", "-x", "x ? 1 : 2", "[for x in y : x]", "f(1).x", "[1][0]", "!1"):
        assert parse_native(f"a = {text}\n").attributes["a"].value == Computed(4)
