"""Small policies of every kind that an evaluator may get wrong, with what OPA answers.

`tests/unit/rego/test_corpus.py` holds the evaluator to it, `tests/contract/test_opa.py` holds it to OPA.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FAILS = "fails"
"""OPA can't compile or evaluate it, where errors of functions are errors."""

Answer = Any
"""What `deny` is: a list of texts; None where it is undefined; `FAILS`."""


@dataclass(frozen=True, slots=True)
class Case:
    """A policy, a document, and what is said of it."""

    source: str
    """Without `package p`."""
    opa: Answer
    refused: str = ""
    """What the evaluator says, if it refuses what OPA answers, or if OPA fails too."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """Of the part `variables` of a plan."""

    @property
    def policy(self) -> str:
        """The policy's whole text."""
        return f"package p\n\n{self.source}\n"

    @property
    def plan(self) -> dict[str, Any]:
        """The plan."""
        return {"variables": self.document}


def denies(condition: str, value: object = None) -> tuple[str, Mapping[str, Any]]:
    """Source and document of a policy that denies where something holds of `v`."""
    return f'v := input.variables.v\n\ndeny contains "no" if {{ {condition} }}', {"v": value}


def _case(condition: str, value: object, *, holds: bool = True) -> Case:
    source, document = denies(condition, value)
    return Case(source, ["no"] if holds else [], document=document)


def _refused(condition: str, value: object, opa: Answer, refused: str) -> Case:
    source, document = denies(condition, value)
    return Case(source, opa, refused, document)


_NO = ["no"]

TEXTS = (
    _case('v == "Zürich"', "Zürich"),
    _case('v == "Z\\u00fcrich"', "Zürich"),
    _case('contains(v, "\\u003c")', "a<b"),
    _case('v == "😀"', "😀"),
    _case("v == `Zürich`", "Zürich"),
    _case('v == "Zu\\u0308rich"', "Zürich", holds=False),
    _case('lower(v) == "zürich"', "ZÜRICH"),
    _case('upper(v) == "ÉTÉ"', "été"),
    _case('indexof(v, "c") == 4', "Zürich"),
    _case("count(v) == 6", "Zürich"),
    _case('substring(v, 1, 1) == "ü"', "Zürich"),
    _case('strings.reverse(v) == "hcirüZ"', "Zürich"),
    _case('split(v, "ü") == ["Z", "rich"]', "Zürich"),
    _case('trim_space(v) == "x"', "\u00a0x\u2003"),
    _case('strings.count(v, "aa") == 2', "aaaaa"),
    _case('strings.replace_n({"a": "b", "b": "c"}, v) == "bc"', "ab"),
    _case('v == "say \\"x\\"\\n"', 'say "x"\n'),
    _case("startswith(v, `a\\b`)", "a\\bc"),
)

EXPRESSIONS = (
    _case("regex.match(`(?i)^zürich$`, v)", "ZÜRICH"),
    _case("regex.match(`\\AZ`, v)", "Zürich"),
    _case("regex.match(`h\\z`, v)", "Zürich"),
    _case("regex.match(`^\\p{L}+$`, v)", "Zürich"),
    _case("regex.match(`^\\w+$`, v)", "Zürich", holds=False),
    _case("regex.match(`^\\d+$`, v)", "٣٤", holds=False),
    _case("regex.match(`^\\s$`, v)", "\u00a0", holds=False),
    _case("regex.match(`^[[:word:]]+$`, v)", "Zurich"),
    _case("regex.match(`^[[:alpha:]]+$`, v)", "Zürich", holds=False),
    _case("regex.match(`\\bü`, v)", "Zürich"),
    _case("regex.match(`[a&&b]`, v)", "&"),
    _case("regex.match(`^[[a]]$`, v)", "a]"),
    _case("regex.match(`\\Qa.c\\E`, v)", "abc", holds=False),
    _case("regex.match(`^.$`, v)", "ü"),
    _case("regex.match(`(?s)^a.b$`, v)", "a\nb"),
    _case("regex.match(`^a.b$`, v)", "a\nb", holds=False),
    _case("regex.match(`(?m)^b$`, v)", "a\nb"),
    _case("regex.match(`x{,2}y`, v)", "x{,2}y"),
    _case('regex.match(v, "a")', "^a$"),
    _case('regex.find_all_string_submatch_n(`(?P<n>Z)(x)?`, v, -1) == [["Z", "Z", ""]]', "Zürich"),
    _case('regex.find_n(`a*`, v, -1) == ["", "a", ""]', "baü"),
    _case('regex.find_n(`.`, v, 2) == ["ü", "b"]', "übc"),
    _case('regex.split(`\\s*,\\s*`, v) == ["a", "ü", "c"]', "a , ü,c"),
    _case('regex.split(``, v) == ["a", "ü"]', "aü"),
    _case('regex.replace(v, `(\\w+) (\\w+)`, "$2-${1}$$") == "b-a$"', "a b"),
    _case('regex.replace(v, `x*`, "-") == "-a-ü-"', "aü"),
    _case('regex.replace(v, `(?P<n>a)`, "[$n]") == "[a]b"', "ab"),
    _case('regex.template_match("urn:{.+}:x", v, "{", "}")', "urn:abc:x"),
    _case("regex.is_valid(v)", "(?=a)", holds=False),
    _refused("regex.match(`(?=a)`, v)", "a", FAILS, "no regular expression"),
    _refused("regex.match(`\\C`, v)", "a", FAILS, "no regular expression"),
    _refused('not regex.match(concat("", ["(", v]), "a")', "a", FAILS, "invalid regular expression"),
    _refused('regex.globs_match("a*", v)', "a", _NO, "there is no function regex.globs_match"),
)

FUNCTIONS = (
    Case('deny contains sprintf("%s is %d", ["é", 3])', ["é is 3"]),
    Case('deny contains sprintf("%v %v %v", [[1, "a"], null, {"k": true}])', ['[1, "a"] null {"k": true}']),
    Case('deny contains sprintf("%5d|%-4s|%04d|%x", [7, "ab", 7, 255])', ["    7|ab  |0007|ff"]),
    Case('deny contains sprintf("100%% %s", ["x"])', ["100% x"]),
    Case('deny contains sprintf("%s %s", ["x"])', ["x %!s(MISSING)"], "2 values are asked for, 1 are given"),
    Case('deny contains sprintf("%s", ["x", "y"])', ["x%!(EXTRA string=y)"], "1 values are asked for"),
    Case('deny contains sprintf("%q", ["x"])', ['"x"'], "%q is not supported"),
    Case('deny contains sprintf("%.2f", [1])', ["%!f(int64=01)"], "%.2f is given a whole number"),
    Case('deny contains sprintf("%.2f %v %v", [1.5, 2.25, 0.00001])', ["1.50 2.25 1e-05"]),
    Case('deny contains sprintf("%t", [true])', ["%!t(string=true)"], "%t is not supported"),
    Case(
        'deny contains sprintf("%v %s", [{"b", "a"}, {"k": ["\\n", null]}])',
        ['{"a", "b"} {"k": ["\\n", null]}'],
    ),
    Case(
        'deny contains sprintf("%d", input.variables.v)',
        ["%!d(string=x)"],
        "%d is given no number",
        {"v": ["x"]},
    ),
    Case('deny contains sprintf("%s", [5])', ["%!s(int64=5)"], "%s is given a number"),
    Case(
        'deny contains sprintf("%s|%v|%+d|% d|%6.2f|%-6d|", ["ü", "a\\"b", 5, 6, 3.14159, 7])',
        ['ü|a"b|+5| 6|  3.14|7     |'],
    ),
    Case(
        'deny contains sprintf("%s", input.variables.v)',
        FAILS,
        "sprintf expects a text and an array",
        {"v": "x"},
    ),
    Case('deny contains concat(", ", input.variables.v)', ["a, b"], document={"v": ["a", "b"]}),
    Case('deny contains concat(", ", input.variables.v)', FAILS, "expects string collection", {"v": [1]}),
    Case('deny contains concat(", ", input.variables.v)', FAILS, "expects", {"v": None}),
    Case(
        'deny contains "no" if not startswith(input.variables.v, "x")', FAILS, "expects string", {"v": None}
    ),
    Case('deny contains "no" if not to_number(input.variables.v)', FAILS, "could not parse", {"v": "x"}),
    Case('deny contains "no" if startswith("x")', FAILS, "startswith takes 2 arguments, not 1"),
    Case('deny contains "no" if nofunction("x")', FAILS, "there is no function nofunction"),
    Case(
        'deny contains "no" if strings.startswith("x", "x")', FAILS, "there is no function strings.startswith"
    ),
    Case('helper(x) := nofunction(x)\n\ndeny contains "no"', FAILS, "there is no function nofunction"),
    Case(
        'deny contains "no" if http.send({"method": "get", "url": "http://localhost"})', FAILS, "no network"
    ),
    Case('deny contains "no" if opa.runtime().env.HOME', _NO, "policies don't see the environment"),
    Case(
        'deny contains "no" if crypto.md5("x") == "9dd4e461268c8034f5c8564e155c67a6"',
        _NO,
        "there is no function",
    ),
    Case('deny contains "no" if net.cidr_contains("10.0.0.0/8", "10.1.0.0/16")', _NO),
    Case('deny contains "no" if not net.cidr_contains("10.0.0.0/8", "11.1.0.0/16")', _NO),
    Case('deny contains "no" if net.cidr_contains("0.0.0.0/0", "::/0")', []),
    Case('deny contains "no" if glob.match("arn:*:iam", [":"], "arn:aws:iam")', _NO),
    Case('deny contains "no" if glob.match("a*", null, "abc/def")', _NO),
    Case('deny contains "no" if time.parse_rfc3339_ns("2026-12-31T00:00:00Z") > 0', _NO),
    Case(
        'deny contains "no" if time.parse_ns("2006-01-02", "2026-02-30") > 0',
        FAILS,
        "Failed to parse datetime",
    ),
    Case('deny contains "no" if json.unmarshal("{\\"a\\": \\"\\\\u003c\\"}").a == "<"', _NO),
    Case('deny contains "no" if semver.compare("1.10.0", "1.9.0") == 1', _NO),
    Case('deny contains "no" if 1 / 0 > 0', FAILS, "divide by zero"),
    Case('deny contains "no" if time.parse_rfc3339_ns("2026-02-30T00:00:00Z") > 0', FAILS, "data.p.deny: "),
    Case('deny contains "no" if glob.match("{a,}", [], "")', _NO),
    Case('deny contains "no" if glob.match("**[!a]", [".", "/"], "a.-*")', _NO),
    Case('deny contains "no" if glob.match("a*c", [], "a.c")', []),
    Case('deny contains "no" if glob.match("{a,b", [], "a")', FAILS, "a brace is not closed"),
    Case('deny contains lower("İÅ")', ["iå"]),
    Case('deny contains upper("ßaé")', ["ßAÉ"]),
    Case('deny contains "no" if indexof("abc", "") >= 0', FAILS, "what is looked for is empty"),
    Case('deny contains replace("ab", "", "-")', ["-a-b-"]),
    Case('deny contains regex.replace("aü", "a", "$0ü")', ["ü"]),
    Case('deny contains "no" if time.parse_ns("2006-01-02", "2026-12-31") > 0', _NO),
    Case(
        'deny contains "no" if time.parse_ns("2006-01-02", "2026-12-31T10") > 0',
        FAILS,
        "not written as the layout",
    ),
    Case('deny contains "no" if to_number("1.5") == 1.5', _NO),
    Case('deny contains "no" if to_number("0x10") == 16', FAILS, "could not parse this as a number"),
    Case(
        'deny contains json.marshal({"b": "<é>", "a": [1, null]})', ['{"a":[1,null],"b":"\\u003cé\\u003e"}']
    ),
    Case('deny contains "no" if object.subset({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}})', _NO),
    Case('deny contains "no" if not object.subset([1, 2], {"a": 1})', FAILS, "both have to be objects"),
    Case('deny contains "no" if units.parse_bytes("1KiB") == 1024', _NO),
    Case('deny contains "no" if units.parse("10e10000000Ei") > 1', FAILS, "exponent too large"),
)

RULES = (
    Case('  deny contains "no"', _NO),
    Case('x := 1; deny contains "no" if x == 1', FAILS, "expecting identifier"),
    Case('deny contains msg if { msg := "no" }', _NO),
    Case('deny[msg] if { msg := "no" }', {"no": True}),
    Case('deny := ["no"]', _NO),
    Case('default deny := []\n\ndeny := ["no"] if input.variables.v', _NO, document={"v": 1}),
    Case('deny := "no" if input.variables.v', None, document={"v": False}),
    Case('deny contains "no" if { not bad }\n\nbad if input.variables.v == 1', _NO),
    Case('deny contains "no" if not bad', FAILS, "use of undefined variable `bad`"),
    Case('deny contains "no" if { not {input.variables.v == 1} }', [], "`not { .. }` is not supported"),
    Case('deny[msg] { msg := "no" }', FAILS, "`if`"),
    Case('deny.part contains "no"', {"part": ["no"]}, "the rule deny.part is not asked"),
    Case('deny(x) := "no" if x', FAILS, "the rule deny takes arguments"),
    Case('Deny contains "no"', None, "the rule Deny is not asked"),
    Case('deny contains "no" if { some x in input.variables.v; x == 1 }', _NO, document={"v": [0, 1]}),
    Case('deny contains "no" if { some x in input.variables.v; x }', [], document={"v": None}),
    Case('deny contains "no" if { some x in input.variables.v; x }', [], document={"v": "text"}),
    Case('deny contains "no" if { some k, v in input.variables.v; k == v }', _NO, document={"v": {"a": "a"}}),
    Case("deny contains k if { some k, _ in input.variables.v }", ["a"], document={"v": {"a": 1}}),
    Case('deny contains "no" if input.variables.v[_] == 1', [], document={"v": None}),
    Case('deny contains "no" if not input.variables.v.a.b', _NO, document={"v": None}),
    Case('deny contains "no" if every x in input.variables.v { x > 1 }', _NO, document={"v": [2, 3]}),
    Case('deny contains "no" if every x in input.variables.v { x > 1 }', [], document={"v": None}),
    Case(
        'deny contains "no" if { walk(input.variables.v, [_, x]); x == "é" }',
        _NO,
        document={"v": [{"a": "é"}]},
    ),
    Case(
        'deny contains "no" if { [_, x] := walk(input.variables.v); x == 1 }',
        _NO,
        "walk(x) is not supported",
        {"v": [1]},
    ),
    Case('deny contains "no" if { "a", 1 in {"a": 1} }', _NO, "`k, v in x` is not supported"),
    Case(
        'deny contains "no" if input.resouce_changes[_].type == "x"', [], "there is no input.resouce_changes"
    ),
    Case(
        'import data.lib.missing\n\ndeny contains "no" if not missing.ok',
        _NO,
        "no package or rule data.lib.missing",
    ),
    Case('deny contains "no" if data.lists.bad', [], "no package or rule data.lists"),
    Case('deny contains "no" if count(data) == 0', FAILS, "`data` as a whole is not supported"),
    Case('deny contains "no" if q\n\nq if r\n\nr if q', FAILS, "recursion"),
    Case('deny := "a"\n\ndeny := "b"', FAILS, "conflicts"),
    Case(
        'deny contains x if { x := f(1) }\n\nf(x) := "a" if x > 0\n\nf(x) := "b" if x > 0',
        FAILS,
        "multiple outputs",
    ),
    Case('deny contains "no" if { x > 1; x := 2 }', FAILS, "before definition"),
    Case(
        'deny contains "no" if input.variables.v == 12345678901234567891',
        _NO,
        document={"v": 12345678901234567891},
    ),
    Case('deny contains "no" if input.variables.v == 1.0', _NO, document={"v": 1}),
    Case('deny contains "no" if 0.1 + 0.2 > 0.3', [], "computing with fractions is not supported"),
    Case('deny contains "no" if "b" in ["a", "b"]', _NO),
    Case('deny contains "no" if not "b" in input.variables.v', _NO, document={"v": None}),
    Case('deny contains "no" if count({x | some x in [1, 1, 2]}) == 2', _NO),
    Case('deny contains "no" if input.variables.v with input.variables.v as 1', _NO),
    Case('deny contains $"no {1}"', ["no 1"], "invalid character"),
)

_UNDEFINED = "a value within `not` is undefined"

NEGATION = (
    _refused('not startswith(input.variables.x, "a")', 1, [], _UNDEFINED),
    _refused("not count(input.variables.x) > 1", 1, [], _UNDEFINED),
    _refused("not input.variables.x in [1]", 1, [], _UNDEFINED),
    _refused("not 1 in input.variables.x", 1, [], _UNDEFINED),
    _refused("not input.variables.x != 1", 1, [], _UNDEFINED),
    _refused("not input.variables.x + 1 == 2", 1, [], _UNDEFINED),
    _refused("not {1, input.variables.x} == {1}", 1, [], _UNDEFINED),
    _refused("not {1: 2}[input.variables.x]", 1, [], _UNDEFINED),
    _refused('a := [y | y := 1; not startswith(input.variables.x, "a")]; count(a) == 0', 1, _NO, _UNDEFINED),
    _case("not input.variables.x", 1),
    _case("not input.variables.x == 1", 1),
    _case("not input.variables.x == input.variables.y", 1),
    _case('not startswith(object.get(input.variables, "x", "b"), "a")', 1),
    _case('not startswith(input.variables.v, "a")', "b"),
    _case('not startswith(input.variables.v, "a")', "a", holds=False),
    _case('x := input.variables.v; not startswith(x, "a")', "b"),
    _case('not startswith(concat("", [v, "é"]), "bé")', "b", holds=False),
    Case(
        'deny contains "no" if not good\n\ngood if not bad(input.variables.x)\n\nbad(x) if x == 1',
        _NO,
        _UNDEFINED,
    ),
    Case('deny contains "no" if not good(input.variables)\n\ngood(x) if x.y == 1', _NO),
)

ALL = (*TEXTS, *EXPRESSIONS, *FUNCTIONS, *RULES, *NEGATION)
