"""Functions of templates whose value depends on nothing but their arguments: Go's own and some of sprig."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from cellwright.foreign.templates.reading import TemplateFault
from cellwright.model.scalar_text import scalar_text

_LONGEST = 10_000


def text_of(value: Any) -> str:  # noqa: ANN401  what a template may hold
    """Write a scalar.

    Raises:
        TemplateFault: it is none.
    """
    found = scalar_text(value)
    if found is None:
        raise TemplateFault("a value that is none, or a collection, stands in a text")
    return found


def is_true(value: Any) -> bool:  # noqa: ANN401  as above
    """Tell whether a value counts as true: neither empty nor zero."""
    return bool(value)


def _default(given: list[Any]) -> Any:  # noqa: ANN401  as above
    otherwise, value = given
    return value if is_true(value) else otherwise


def _same(given: list[Any]) -> bool:
    first, *others = given
    return any(type(first) is type(other) and first == other for other in others)


def _printf(given: list[Any]) -> str:
    text, *values = given
    rest = iter(values)

    def written(found: "re.Match[str]") -> str:
        if found.group() == "%%":
            return "%"
        value = next(rest)
        return f'"{text_of(value)}"' if found.group() == "%q" else text_of(value)

    if re.search(r"%[^svdq%]", str(text)):
        raise TemplateFault("a format that is not understood here")
    return re.sub(r"%[svdq%]", written, str(text))


def _indent(given: list[Any]) -> str:
    number, text = int(given[0]), text_of(given[1])
    space = " " * min(number, _LONGEST)
    return "\n".join(space + line for line in text.split("\n"))


def _get(given: list[Any]) -> Any:  # noqa: ANN401  as above
    value, *steps = given
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else value[step]
    return value


def _text(change: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    return lambda given: change(*map(text_of, given))


FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "add": lambda given: sum(map(int, given)),
    "and": lambda given: next((item for item in given if not is_true(item)), given[-1]),
    "b64enc": _text(lambda text: base64.b64encode(text.encode()).decode()),
    "coalesce": lambda given: next((item for item in given if is_true(item)), None),
    "contains": _text(lambda part, text: part in text),
    "default": _default,
    "dict": lambda given: dict(zip(map(text_of, given[::2]), given[1::2], strict=True)),
    "empty": lambda given: not is_true(given[0]),
    "eq": _same,
    "first": lambda given: given[0][0],
    "ge": lambda given: given[0] >= given[1],
    "get": _get,
    "gt": lambda given: given[0] > given[1],
    "hasKey": lambda given: given[1] in given[0],
    "hasPrefix": _text(lambda part, text: text.startswith(part)),
    "hasSuffix": _text(lambda part, text: text.endswith(part)),
    "indent": _indent,
    "index": _get,
    "int": lambda given: int(given[0]),
    "join": lambda given: text_of(given[0]).join(map(text_of, given[1])),
    "last": lambda given: given[0][-1],
    "le": lambda given: given[0] <= given[1],
    "len": lambda given: len(given[0]),
    "list": lambda given: given,
    "lower": _text(str.lower),
    "lt": lambda given: given[0] < given[1],
    "mul": lambda given: int(given[0]) * int(given[1]),
    "ne": lambda given: not _same(given),
    "nindent": lambda given: "\n" + _indent(given),
    "not": lambda given: not is_true(given[0]),
    "or": lambda given: next((item for item in given if is_true(item)), given[-1]),
    "print": lambda given: "".join(map(text_of, given)),
    "printf": _printf,
    "quote": _text(lambda text: json.dumps(text, ensure_ascii=False)),
    "replace": _text(lambda old, new, text: text.replace(old, new)),
    "sha1sum": _text(lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()),
    "sha256sum": _text(lambda text: hashlib.sha256(text.encode()).hexdigest()),
    "splitList": _text(lambda between, text: text.split(between)),
    "squote": _text(lambda text: f"'{text}'"),
    "strings.ToLower": _text(str.lower),
    "strings.ToUpper": _text(str.upper),
    "sub": lambda given: int(given[0]) - int(given[1]),
    "ternary": lambda given: given[0] if is_true(given[2]) else given[1],
    "toJson": lambda given: json.dumps(given[0], sort_keys=True, separators=(",", ":")),
    "toString": _text(str),
    "toYaml": lambda given: yaml.safe_dump(given[0], default_flow_style=False).rstrip("\n"),
    "trim": _text(str.strip),
    "trimAll": _text(lambda part, text: text.strip(part)),
    "trimPrefix": _text(lambda part, text: text.removeprefix(part)),
    "trimSuffix": _text(lambda part, text: text.removesuffix(part)),
    "trunc": lambda given: text_of(given[1])[: int(given[0])],
    "upper": _text(str.upper),
}
