import json

import pytest

from cellwright.stacks.hcl.json_form import parse_json
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Literal,
    ObjectExpression,
    TemplateExpression,
    Traversal,
)


def test_labels_are_keys() -> None:
    text = '{"variable": {"a": {"type": "string"}},\n "resource": {"aws_vpc": {"x": {"n": 1.5}, "y": {}}}}'
    body = parse_json(text)
    assert body.attributes == {}
    assert body.blocks == (
        Block("variable", ("a",), Body({"type": Attribute("type", Literal("string", 28), 20)}, ()), 14),
        Block("resource", ("aws_vpc", "x"), Body({"n": Attribute("n", Literal(1.5, 77), 72)}, ()), 66),
        Block("resource", ("aws_vpc", "y"), Body({}, ()), 83),
    )


def test_any_mapping_may_be_a_list_of_mappings() -> None:
    spread = '{"variable": [{"a": [{"type": "string"}]}, {"b": {}}], "terraform": [{}, {}]}'
    assert [(block.kind, block.labels) for block in parse_json(spread).blocks] == [
        ("variable", ("a",)),
        ("variable", ("b",)),
        ("terraform", ()),
        ("terraform", ()),
    ]


def test_required_providers_are_a_block() -> None:
    text = '{"terraform": {"required_version": ">= 1", "required_providers": {"aws": {"source": "a/b"}}}}'
    (terraform,) = parse_json(text).blocks
    assert list(terraform.body.attributes) == ["required_version"]
    (required,) = terraform.body.blocks_of("required_providers")
    assert isinstance(required.body.attributes["aws"].value, ObjectExpression)


def test_comments_are_left_out() -> None:
    body = parse_json('{"//": "x", "variable": {"//": "y", "a": {"//": "z"}}}')
    assert [(block.labels, dict(block.body.attributes)) for block in body.blocks] == [(("a",), {})]


def test_strings_are_templates() -> None:
    (block,) = parse_json('{"module": {"m": {"source": "${x}", "other": "$x"}}}').blocks
    assert block.body.attributes["source"].value == TemplateExpression((Traversal(("x",), 24),), 28)
    assert isinstance(block.body.attributes["other"].value, Literal)


def test_null_stands_for_nothing() -> None:
    assert parse_json('{"variable": null}').blocks == ()


def test_blanks_and_empty_containers_anywhere() -> None:
    (block,) = parse_json(
        '\n{ \t"variable" :\r\n{ "a" : { "default" : [ ] , "x" : { } , "y" : [ [ 1 ] , [ ] ] } } }\n'
    ).blocks
    assert list(block.body.attributes) == ["default", "x", "y"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ('{"variable": }', 13),
        ('{"variable": {"a": 1}}', 19),
        ('{"variable": "a"}', 13),
        ("[1]", 1),
        ('"x"', 0),
    ],
)
def test_what_is_no_configuration(text: str, offset: int) -> None:
    with pytest.raises(SyntaxFault) as refusal:
        parse_json(text)
    assert refusal.value.offset == offset
    assert refusal.value.detail


@pytest.mark.parametrize("depth", [200, 100_000])
def test_nesting_has_a_limit(depth: int) -> None:
    with pytest.raises(SyntaxFault, match="deep"):
        parse_json('{"locals": {"a": ' + "[" * depth + "]" * depth + "}}")


def test_a_number_of_any_length_is_no_crash() -> None:
    with pytest.raises(SyntaxFault, match="no JSON that can be read"):
        parse_json('{"locals": {"a": ' + "9" * 5000 + "}}")


def test_reads_what_json_writes() -> None:
    document = {
        "locals": {"text": 'quote " brace } bracket ] comma , \u2028', "list": [1, [True, None], {"k": -2.5}]}
    }
    for indent in (None, 2):
        (block,) = parse_json(json.dumps(document, indent=indent)).blocks
        assert list(block.body.attributes) == ["text", "list"]
