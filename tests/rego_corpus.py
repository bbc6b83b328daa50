"""Small policies of every kind that an evaluator may get wrong, with what OPA answers.

`tests/unit/rego/test_corpus.py` holds the evaluator to it, `tests/contract/test_opa.py` holds it to OPA.
"""

from rego_case import FAILS, NO, Case, case, refused
from rego_language import LANGUAGE, NEGATION, RULES

TEXTS = (
    case('v == "Zürich"', "Zürich"),
    case('v == "Z\\u00fcrich"', "Zürich"),
    case('contains(v, "\\u003c")', "a<b"),
    case('v == "😀"', "😀"),
    case("v == `Zürich`", "Zürich"),
    case('v == "Zu\\u0308rich"', "Zürich", holds=False),
    case('lower(v) == "zürich"', "ZÜRICH"),
    case('upper(v) == "ÉTÉ"', "été"),
    case('indexof(v, "c") == 4', "Zürich"),
    case("count(v) == 6", "Zürich"),
    case('substring(v, 1, 1) == "ü"', "Zürich"),
    case('strings.reverse(v) == "hcirüZ"', "Zürich"),
    case('split(v, "ü") == ["Z", "rich"]', "Zürich"),
    case('trim_space(v) == "x"', "\u00a0x\u2003"),
    case('strings.count(v, "aa") == 2', "aaaaa"),
    case('strings.replace_n({"a": "b", "b": "c"}, v) == "bc"', "ab"),
    case('v == "say \\"x\\"\\n"', 'say "x"\n'),
    case("startswith(v, `a\\b`)", "a\\bc"),
)

EXPRESSIONS = (
    case("regex.match(`(?i)^zürich$`, v)", "ZÜRICH"),
    case("regex.match(`\\AZ`, v)", "Zürich"),
    case("regex.match(`h\\z`, v)", "Zürich"),
    case("regex.match(`^\\p{L}+$`, v)", "Zürich"),
    case("regex.match(`^\\w+$`, v)", "Zürich", holds=False),
    case("regex.match(`^\\d+$`, v)", "٣٤", holds=False),
    case("regex.match(`^\\s$`, v)", "\u00a0", holds=False),
    case("regex.match(`^[[:word:]]+$`, v)", "Zurich"),
    case("regex.match(`^[[:alpha:]]+$`, v)", "Zürich", holds=False),
    case("regex.match(`\\bü`, v)", "Zürich"),
    case("regex.match(`[a&&b]`, v)", "&"),
    case("regex.match(`^[[a]]$`, v)", "a]"),
    case("regex.match(`\\Qa.c\\E`, v)", "abc", holds=False),
    case("regex.match(`^.$`, v)", "ü"),
    case("regex.match(`(?s)^a.b$`, v)", "a\nb"),
    case("regex.match(`^a.b$`, v)", "a\nb", holds=False),
    case("regex.match(`(?m)^b$`, v)", "a\nb"),
    case("regex.match(`x{,2}y`, v)", "x{,2}y"),
    case('regex.match(v, "a")', "^a$"),
    case('regex.find_all_string_submatch_n(`(?P<n>Z)(x)?`, v, -1) == [["Z", "Z", ""]]', "Zürich"),
    case('regex.find_n(`a*`, v, -1) == ["", "a", ""]', "baü"),
    case('regex.find_n(`.`, v, 2) == ["ü", "b"]', "übc"),
    case('regex.split(`\\s*,\\s*`, v) == ["a", "ü", "c"]', "a , ü,c"),
    case('regex.split(``, v) == ["a", "ü"]', "aü"),
    case('regex.replace(v, `(\\w+) (\\w+)`, "$2-${1}$$") == "b-a$"', "a b"),
    case('regex.replace(v, `x*`, "-") == "-a-ü-"', "aü"),
    case('regex.replace(v, `(?P<n>a)`, "[$n]") == "[a]b"', "ab"),
    case('regex.template_match("urn:{.+}:x", v, "{", "}")', "urn:abc:x"),
    case("regex.is_valid(v)", "(?=a)", holds=False),
    refused("regex.match(`(?=a)`, v)", "a", FAILS, "no regular expression"),
    refused("regex.match(`\\C`, v)", "a", FAILS, "no regular expression"),
    refused('not regex.match(concat("", ["(", v]), "a")', "a", FAILS, "invalid regular expression"),
    refused('regex.globs_match("a*", v)', "a", NO, "there is no function regex.globs_match"),
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
    Case('deny contains "no" if opa.runtime().env.HOME', NO, "policies don't see the environment"),
    Case(
        'deny contains "no" if crypto.md5("x") == "9dd4e461268c8034f5c8564e155c67a6"',
        NO,
        "there is no function",
    ),
    Case('deny contains "no" if net.cidr_contains("10.0.0.0/8", "10.1.0.0/16")', NO),
    Case('deny contains "no" if not net.cidr_contains("10.0.0.0/8", "11.1.0.0/16")', NO),
    Case('deny contains "no" if net.cidr_contains("0.0.0.0/0", "::/0")', []),
    Case('deny contains "no" if glob.match("arn:*:iam", [":"], "arn:aws:iam")', NO),
    Case('deny contains "no" if glob.match("a*", null, "abc/def")', NO),
    Case('deny contains "no" if time.parse_rfc3339_ns("2026-12-31T00:00:00Z") > 0', NO),
    Case(
        'deny contains "no" if time.parse_ns("2006-01-02", "2026-02-30") > 0',
        FAILS,
        "Failed to parse datetime",
    ),
    Case('deny contains "no" if json.unmarshal("{\\"a\\": \\"\\\\u003c\\"}").a == "<"', NO),
    Case('deny contains "no" if semver.compare("1.10.0", "1.9.0") == 1', NO),
    Case('deny contains "no" if 1 / 0 > 0', FAILS, "divide by zero"),
    Case('deny contains "no" if time.parse_rfc3339_ns("2026-02-30T00:00:00Z") > 0', FAILS, "data.p.deny: "),
    Case('deny contains "no" if glob.match("{a,}", [], "")', NO),
    Case('deny contains "no" if glob.match("**[!a]", [".", "/"], "a.-*")', NO),
    Case('deny contains "no" if glob.match("a*c", [], "a.c")', []),
    Case('deny contains "no" if glob.match("{a,b", [], "a")', FAILS, "a brace is not closed"),
    Case('deny contains lower("İÅ")', ["iå"]),
    Case('deny contains upper("ßaé")', ["ßAÉ"]),
    Case('deny contains "no" if indexof("abc", "") >= 0', FAILS, "what is looked for is empty"),
    Case('deny contains replace("ab", "", "-")', ["-a-b-"]),
    Case('deny contains regex.replace("aü", "a", "$0ü")', ["ü"]),
    Case('deny contains "no" if time.parse_ns("2006-01-02", "2026-12-31") > 0', NO),
    Case(
        'deny contains "no" if time.parse_ns("2006-01-02", "2026-12-31T10") > 0',
        FAILS,
        "not written as the layout",
    ),
    Case('deny contains "no" if to_number("1.5") == 1.5', NO),
    Case('deny contains "no" if to_number("0x10") == 16', FAILS, "could not parse this as a number"),
    Case(
        'deny contains json.marshal({"b": "<é>", "a": [1, null]})', ['{"a":[1,null],"b":"\\u003cé\\u003e"}']
    ),
    Case('deny contains "no" if object.subset({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}})', NO),
    Case('deny contains "no" if not object.subset([1, 2], {"a": 1})', FAILS, "both have to be objects"),
    Case('deny contains "no" if units.parse_bytes("1KiB") == 1024', NO),
    Case('deny contains "no" if units.parse("10e10000000Ei") > 1', FAILS, "exponent too large"),
)

ALL = (*TEXTS, *EXPRESSIONS, *FUNCTIONS, *RULES, *NEGATION, *LANGUAGE)
