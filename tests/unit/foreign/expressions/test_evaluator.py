"""Expressions of HCL: each kind with its value, and what has none with its place."""

from decimal import Decimal
from typing import Any

import pytest

from cellwright.foreign.expressions.evaluator import Evaluator
from cellwright.foreign.expressions.values import NoValue, attribute
from cellwright.foreign.tree import Joined, OutputOf, Unreadable
from cellwright.model.position import Position
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source

OUTPUT = OutputOf("net", ("ids",), Position("x", 1, 1))
KNOWN: dict[str, Any] = {
    "a": "x",
    "n": 3,
    "t": True,
    "list": [{"k": 1}, {"k": 2}],
    "map": {"one": 1, "two": {"b": [5, 6]}},
    "out": OUTPUT,
    "lost": Unreadable("lost", Position("other.hcl", 9, 9), "it is lost"),
}


def names(path: tuple[str, ...]) -> Any:  # noqa: ANN401  what a test has
    if path[0] != "local":
        raise NoValue(f"'{path[0]}' is not known here")
    return attribute(KNOWN, path[1:])


def value(text: str) -> Any:  # noqa: ANN401  as above
    source = f"v = {text}\n"
    body = parse_native(source, keeps=True)
    return Evaluator(Source("f.hcl", source), names).value(body.attributes["v"].value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("(1 + 2) * 3 / 2", Decimal("4.5")),
        ("7 % 4 == 3 && !(1 > 2)", True),
        ("false && local.lost", False),
        ("local.lost || true", True),
        ('1 == "1"', False),
        ("true == 1", False),
        ("-local.n", -3),
        ('local.t ? "a" : local.lost', "a"),
        ('local.n < 1 ? "a" : local.n < 4 ? "b" : "c"', "b"),
        ("local.list[1].k", 2),
        ("local.list[*].k", [1, 2]),
        ("local.list.*.k", [1, 2]),
        ("local.list.1.k", 2),
        ('local.map["two"].b[0]', 5),
        ("local.map.two.b[local.n - 2]", 6),
        ("null[*]", []),
        ("[for x in local.list : x.k * 2 if x.k > 1]", [4]),
        ('{ for k, v in local.map : upper(k) => v if k != "two" }', {"ONE": 1}),
        ('{ for x in ["a", "ab", "b"] : substr(x, 0, 1) => x... }', {"a": ["a", "ab"], "b": ["b"]}),
        ("[for i, x in [5, 6] : i + x]", [5, 7]),
        ("{ (local.a) = 1, plain = 2 }", {"x": 1, "plain": 2}),
        ('"${local.n}"', 3),
        ('"a-${local.n}-%{ if local.t }yes%{ else }no%{ endif }"', "a-3-yes"),
        ('"%{ for k, v in local.map.two.b ~} ${k}=${v} %{~ endfor }"', "0=51=6"),
        ("<<-E\n    a ${local.a}\n      b\n    E", "a x\n  b\n"),
        ("max([1, 5]...)", 5),
        ('try(local.none, local.lost, "d")', "d"),
        ("can(local.none)", False),
        ('merge(local.map, { one = 2 }, null)["one"]', 2),
        ('lookup(local.map, "none", "d")', "d"),
        ('format("%s-%03d-%.1f%%", "a", 7, 2)', "a-007-2.0%"),
        ('formatlist("%s-x", ["a", "b"])', ["a-x", "b-x"]),
        ('jsonencode({ b = [1, true], a = "<" })', '{"a":"\\u003c","b":[1,true]}'),
        ('yamldecode("a: [1, {b: x}]")', {"a": [1, {"b": "x"}]}),
        ('regex("^([a-z]+)-(\\\\d+)$", "ab-12")', ["ab", "12"]),
        ('replace("a.b.c", "/\\\\./", "-")', "a-b-c"),
        ('cidrsubnet("10.0.0.0/16", 8, 2)', "10.0.2.0/24"),
        ('cidrhost("10.0.2.0/24", -1)', "10.0.2.255"),
        ('cidrsubnets("10.0.0.0/16", 4, 8)', ["10.0.0.0/20", "10.0.16.0/24"]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ('coalesce("", null, "c")', "c"),
        ('setsubtract(["a", "b"], ["b"])', ["a"]),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('base64decode(base64encode("ä"))', "ä"),
        ('title("ab cd-ef_g")', "Ab Cd-Ef_g"),
        ('dirname("./a/../b/c")', "b"),
        ('setunion(["b"], ["a", "b"])', ["a", "b"]),
        ('setintersection(["b", "a"], ["a", "b"])', ["a", "b"]),
        ('sha1("x")', "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
        ("range(1, 4)", [1, 2, 3]),
        ('tonumber("2.5") + tostring(1)', Decimal("3.5")),
        ("keys(local.map)", ["one", "two"]),
    ],
)
def test_a_value(text: str, expected: object) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("local.out[0].name", OutputOf("net", ("ids", "0", "name"), OUTPUT.position)),
        ('"a-${local.out}"', Joined(("a-", OUTPUT))),
        ('format("%s/x", local.out)', Joined(("", OUTPUT, "/x"))),
        ('join(",", ["a", local.out])', Joined(("a", ",", OUTPUT))),
        ("tolist(local.out)", OUTPUT),
        ("concat([1], [local.out])", [1, OUTPUT]),
        ("[for x in [local.out] : x.id]", [OutputOf("net", ("ids", "id"), OUTPUT.position)]),
    ],
)
def test_an_output_stays_one(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "why", "place"),
    [
        ("1 + other.x", "'other' is not known here", "f.hcl:1:9"),
        ("upper(local.out)", "not evaluated before that is there", "f.hcl:1:5"),
        ("local.out == 1 ? 1 : 2", "not evaluated before that is there", "f.hcl:1:5"),
        ("[for x in local.out : x]", "not evaluated before that is there", "f.hcl:1:5"),
        ("upper(local.lost)", "it is lost", "other.hcl:9:9"),
        ('try(secret_of(1), "d")', "the function secret_of() is not evaluated here", "f.hcl:1:9"),
        ("can(secret_of(1))", "the function secret_of() is not evaluated here", "f.hcl:1:9"),
        ('try([upper(local.out)], "d")', "not evaluated before that is there", "f.hcl:1:10"),
        ("secret_of(1)", "the function secret_of() is not evaluated here", "f.hcl:1:5"),
        ("local.list[7]", "there is no '7' in it", "f.hcl:1:5"),
        ("local.map.none", "there is no 'none' in it", "f.hcl:1:5"),
        ("1 / 0", "can't be worked out", "f.hcl:1:5"),
        ('"a" + 1', "it is no number", "f.hcl:1:5"),
        ('regex("(", "a")', "no regular expression", "f.hcl:1:5"),
        ("substr(1)", "can't be evaluated with these arguments", "f.hcl:1:5"),
        ('"${local.map}-"', "a text is made of a collection", "f.hcl:1:5"),
        ("pow(10, 100000)", "the exponent is too large", "f.hcl:1:5"),
        ("range(100000000)", "the range is too long", "f.hcl:1:5"),
        ('format("%d", 1.5)', "the format wants a whole number", "f.hcl:1:5"),
        ('"x" ? 1 : 2', "neither true nor false", "f.hcl:1:5"),
    ],
)
def test_what_has_no_value_says_why_and_where(text: str, why: str, place: str) -> None:
    found = value(text)
    assert isinstance(found, Unreadable)
    assert why in found.why
    assert str(found.position) == place


def test_a_part_that_has_none_leaves_the_others() -> None:
    found = value("{ a = 1, b = other.x }")
    assert found["a"] == 1
    assert isinstance(found["b"], Unreadable)
