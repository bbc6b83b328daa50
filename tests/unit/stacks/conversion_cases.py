"""Values for types: what Terraform converts and what it refuses; the contract suite asks the binary."""

from collections.abc import Iterator

from cellwright.model.value import Json


def _each(text: str, *values: Json) -> Iterator[tuple[str, Json]]:
    yield from ((text, value) for value in values)


def _refused(text: str, message: str, *values: Json) -> Iterator[tuple[str, Json, tuple[str, ...]]]:
    yield from ((text, value, (message,)) for value in values)


FITTING: tuple[tuple[str, Json], ...] = (
    *_each("string", "x", "", 1, 1.5, -2, True, None),
    *_each("number", 1, 1.5, "1", "1.5", "1e3", "1E+3", "1e400", "+1", "-1", ".5", "5.", "1p3"),
    *_each("bool", True, False, "true", "false", "1", "0"),
    *_each("list(string)", [], ["a", 1, True], ["a", None]),
    *_each("list(any)", [], ["a", 1], [True, "a"], [1, "a", True], [None, 1], [None, None]),
    *_each("list(any)", [[1], ["a"]], [[1, 2], ["a"]], [[1], [1, 2]], [[], [1]]),
    *_each("list(any)", [[1, "a"], [True]], [[True], ["a", 1]], [{}, {"a": 1}]),
    *_each("list(any)", [{"a": 1}, {"b": 2}], [{"a": 1}, {"a": "x"}], [{"a": 1}, {"a": None}]),
    ("list(any)", [{"a": 1, "b": 2}, {"a": 2}]),
    ("set(string)", ["a", "a"]),
    ("set(number)", ["1", 1]),
    *_each("map(string)", {}, {"a": 1, "b": True}),
    *_each("map(any)", {}, {"a": {"x": 1}, "b": {"y": 2}}, {"a": {"x": 1}, "b": {}}),
    ("map(any)", {"a": {"x": 1}, "b": {"x": "a", "y": 1}}),
    *_each("tuple([string, number])", ["a", 1], [1, "2"]),
    ("tuple([])", []),
    ("object({a = string})", {"a": 1}),
    ("object({a = string})", {"a": "x", "b": 1}),
    ("object({a = string})", {"a": None}),
    ("object({a = optional(string)})", {}),
    ('object({a = optional(string, "x")})', {"a": None}),
    ("object({})", {"x": 1}),
    ("object({a = any})", {"a": [1, True]}),
    ("object({a = list(any), b = list(any)})", {"a": [1], "b": [True]}),
    *_each("any", None, 1, "x", [1, "a", {}], {"a": [[]]}),
    ("list(object({a = any}))", [{"a": 1}, {"a": "x"}]),
    ("list(list(any))", [[1], ["a"]]),
    ("map(list(any))", {"a": [1, "x"], "b": [True]}),
    ("tuple([list(any), list(any)])", [[1], [True]]),
    *_each("list(any)", ["a", None], [{"p": 1}, {"p": None}]),
    *_each("map(any)", {"a": {"p": 1}, "b": None}),
    ("list(object({a = optional(number, -1)}))", [{}, {"a": None}]),
    ("list(object({a = optional(any, 1)}))", [{}, {"a": "x"}]),
    ("list", ["a", 1]),
    ("map", {"a": 1}),
)

REFUSED: tuple[tuple[str, Json, tuple[str, ...]], ...] = (
    *_refused("string", "string wanted", [], {}, ["x"]),
    *_refused("number", "number wanted", "", "abc", " 1", "0x10", "1_000", "0o7", True, [], "1,5"),
    *_refused("bool", "bool wanted", "True", "TRUE", "yes", "", 1, 0, []),
    *_refused("list(string)", "list(string) wanted", {}, {"a": "b"}, "a", 1),
    ("list(string)", ["a", [], {}], ("[1]: string wanted", "[2]: string wanted")),
    *_refused("list(any)", "of one type", [1, True], [[1], "a"], [{"a": 1}, "x"], [[], {}]),
    *_refused("list(any)", "of one type", [[1], [True]], [{"a": [1]}, {"a": {}}]),
    ("set(any)", [1, True], ("of one type",)),
    *_refused("list(any)", "of one type", [{"p": 1}, None], [[1], None], [[], [{"a": 1}, 1]]),
    *_refused(
        "map(any)",
        "of one type",
        {"a": {"p": 1}, "b": {"q": 1}, "c": None},
        {"a": [1], "b": [1, 2], "c": None},
    ),
    *_refused("map(map(any))", "of one type", {"a": {"x": {"p": 1}}, "b": {}}, {"a": {"x": [1]}, "b": None}),
    ("list(object({a = optional(any, 1)}))", [{}, {"a": [1]}], ("of one type",)),
    ("map(list(any))", {"a": [], "b": [1, [2]]}, ("b: the elements of a list(any) must be of one type",)),
    *_refused("map(string)", "map(string) wanted", [], ["a"], "a"),
    *_refused("map(any)", "of one type", {"a": 1, "b": True}, {"a": 1, "b": [1]}),
    ("map(any)", {"a": {"x": 1}, "b": {"x": "a", "y": []}}, ("of one type",)),
    ("map(number)", {"a": "x", "b": 1}, ("a: number wanted, this is a string",)),
    *_refused("tuple([string, number])", "2 elements", ["a"], ["a", 1, 2]),
    ("tuple([string, number])", ["a", "x"], ("[1]: number wanted",)),
    ("tuple([string])", {}, ("tuple([string]) wanted, this is a mapping",)),
    ("object({a = string, b = bool})", {}, ("'a' is missing", "'b' is missing")),
    ("object({a = string})", [], ("object({a = string}) wanted, this is a list",)),
    ("object({a = optional(number)})", {"a": "x"}, ("a: number wanted",)),
    ("object({size = number})", {"sizes": 1}, ("'size' is missing (there is 'sizes')",)),
    ("object({a = any})", {}, ("'a' is missing",)),
    (
        "map(object({ports = list(number)}))",
        {"k": {"ports": [1, "x"]}, "l": {}},
        ("k.ports[1]: number wanted", "l: the attribute 'ports' is missing"),
    ),
    ("list(object({a = any}))", [{"a": 1}, {"a": []}], ("of one type",)),
    ("list(list(any))", [[1], [[]]], ("of one type",)),
    ("map(list(any))", {"a": [1], "b": [True]}, ("of one type",)),
    ("map(list(any))", {"a": [1], "b": [[1]]}, ("of one type",)),
    ("list(map(any))", [{"a": 1}, {"a": True}], ("of one type",)),
    ("list(tuple([any]))", [[1], [True]], ("of one type",)),
)
"""With what each finding says, in order."""
