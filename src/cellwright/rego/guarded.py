"""Functions whose answers are the library's, but for arguments of which OPA says something else."""

import json
import re
from collections.abc import Mapping
from typing import Any

from regorus import Engine

from cellwright.rego.formatting import in_order

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_LONG_EXPONENT = re.compile(r"[eE][-+]?[0-9]{7,}")
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def to_number(value: object) -> float:
    """`to_number`: of null, a boolean, a number, or a text that is written as JSON writes numbers."""
    if value is None:
        return 0
    if isinstance(value, bool | int | float):
        return int(value) if isinstance(value, bool) else value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError("to_number: could not parse this as a number")
    found: float = json.loads(value)
    return found


def parse_units(value: object) -> float:
    """`units.parse`."""
    return _parsed("units.parse", value)


def parse_bytes(value: object) -> float:
    """`units.parse_bytes`."""
    return _parsed("units.parse_bytes", value)


def parse_ns(layout: object, value: object) -> int:
    """`time.parse_ns`: the whole text has to be the time, written as the layout writes it."""
    found: int = _library("time.parse_ns", layout, value)
    if _library("time.format", [found, "UTC", layout]) != value:
        raise ValueError("time.parse_ns: the time is not written as the layout says")
    return found


def marshal(value: object) -> str:
    """`json.marshal`, escaped as Go does it."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return "".join(_ESCAPED.get(item, item) for item in text)


def is_subset(whole: object, part: object) -> bool:
    """`object.subset`."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and _fits(whole[name], item) for name, item in part.items())
    if isinstance(part, set) and isinstance(whole, list | set):
        return all(item in whole for item in part)
    if isinstance(whole, list) and isinstance(part, list):
        return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
    raise ValueError("object.subset: both have to be objects, sets or arrays")


def _fits(whole: object, part: object) -> bool:
    kinds: tuple[type, ...] = (dict, set, list)
    if any(isinstance(whole, kind) and isinstance(part, kind) for kind in kinds):
        return is_subset(whole, part)
    return type(whole) is type(part) and whole == part


def _parsed(name: str, value: object) -> float:
    if isinstance(value, str) and _LONG_EXPONENT.search(value):
        raise ValueError(f"{name}: exponent too large")
    found: float = _library(name, value)
    return found


def _library(name: str, *arguments: object) -> Any:  # noqa: ANN401  any JSON
    """Have the library answer."""
    engine = Engine()
    engine.set_input_json(json.dumps(arguments))
    given = ", ".join(f"input[{index}]" for index in range(len(arguments)))
    found = json.loads(engine.eval_query_as_json(f"{name}({given})"))
    return found["result"][0]["expressions"][0]["value"]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            name if isinstance(name, str) else marshal(name): _plain(item) for name, item in value.items()
        }
    if isinstance(value, set | frozenset):
        return [_plain(item) for item in in_order(value)]
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "to_number": (1, to_number),
    "units.parse": (1, parse_units),
    "units.parse_bytes": (1, parse_bytes),
    "time.parse_ns": (2, parse_ns),
    "json.marshal": (1, marshal),
    "object.subset": (2, is_subset),
}
"""By name: the number of arguments, and the function."""
