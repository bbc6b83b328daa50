"""Functions of collections: their items may be outputs, or values that can't be told."""

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from cellwright.foreign.expressions.values import (
    NoValue,
    entries,
    number_of,
    step_into,
    text_of,
    told,
    truth_of,
    wholly_told,
)
from cellwright.foreign.tree import OutputOf

_MOST = 100_000


def _list(value: Any) -> list[Any]:  # noqa: ANN401  as it is given
    value = told(value)
    if not isinstance(value, list):
        raise NoValue("it is no list")
    return value


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401  as it is given
    value = told(value)
    if not isinstance(value, Mapping):
        raise NoValue("it is no mapping")
    return value


def _merge(given: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in given:
        if told(item) is not None:
            found |= _mapping(item)
    return found


def _as_given(given: list[Any]) -> Any:  # noqa: ANN401  an output becomes the type that its variable has
    (only,) = given
    return only if isinstance(only, OutputOf) else told(only)


def _distinct(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _in_order(items: list[Any]) -> list[Any]:
    """Give the items of a set in the order in which Terraform has them."""
    return sorted(items) if all(isinstance(item, str) for item in items) else items


def _toset(given: list[Any]) -> Any:  # noqa: ANN401  a list without doubles, in order
    (only,) = given
    if isinstance(only, OutputOf):
        return only
    return _in_order(_distinct(_list(only)))


def _lookup(given: list[Any]) -> Any:  # noqa: ANN401  what it holds
    mapping, name, *otherwise = given
    mapping = _mapping(mapping)
    if otherwise and text_of(name) not in mapping:
        return otherwise[0]
    return step_into(mapping, name)


def _coalesce(given: list[Any]) -> Any:  # noqa: ANN401  the first that is something
    for item in given:
        if told(item) not in (None, ""):
            return item
    raise NoValue("all of them are empty")


def _flat(value: Any) -> Iterable[Any]:  # noqa: ANN401  as it is given
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield told(value)


def _range(given: list[Any]) -> list[Any]:
    numbers = [int(number_of(item)) for item in given]
    found = range(*numbers)
    if len(found) > _MOST:
        raise NoValue("the range is too long")
    return list(found)


def _setproduct(given: list[Any]) -> list[list[Any]]:
    size = 1
    for item in given:
        size *= len(_list(item))
    if size > _MOST:
        raise NoValue("the product is too large")
    return [list(item) for item in product(*given)]


def _one(given: list[Any]) -> Any:  # noqa: ANN401  its item
    items = _list(given[0])
    if len(items) > 1:
        raise NoValue("there are several of them")
    return items[0] if items else None


def _length(given: list[Any]) -> int:
    value = told(given[0])
    if not isinstance(value, str | list | Mapping):
        raise NoValue("it has no length")
    return len(value)


def _transpose(given: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, items in entries(wholly_told(given[0])):
        for item in items:
            found.setdefault(text_of(item), []).append(name)
    return found


def _sets(choose: Callable[[Any, list[Any]], bool]) -> Callable[[list[Any]], list[Any]]:
    def chosen(given: list[Any]) -> list[Any]:
        first, *others = map(_list, wholly_told(given))
        return _in_order([item for item in _distinct(first) if all(choose(item, other) for other in others)])

    return chosen


COLLECTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "alltrue": lambda given: all(map(truth_of, _list(given[0]))),
    "anytrue": lambda given: any(map(truth_of, _list(given[0]))),
    "chunklist": lambda given: [
        _list(given[0])[at : at + given[1]] for at in range(0, len(given[0]), max(1, given[1]))
    ],
    "coalesce": _coalesce,
    "coalescelist": lambda given: next((item for item in map(_list, given) if item), []),
    "compact": lambda given: [item for item in _list(given[0]) if told(item) not in (None, "")],
    "concat": lambda given: [entry for item in given for entry in _list(item)],
    "contains": lambda given: wholly_told(given[1]) in _list(wholly_told(given[0])),
    "distinct": lambda given: _distinct(_list(given[0])),
    "element": lambda given: _list(given[0])[int(number_of(given[1])) % len(given[0])],
    "flatten": lambda given: list(_flat(_list(given[0]))),
    "index": lambda given: _list(wholly_told(given[0])).index(given[1]),
    "keys": lambda given: sorted(_mapping(given[0])),
    "length": _length,
    "list": lambda given: given,
    "lookup": _lookup,
    "matchkeys": lambda given: [
        value for value, key in zip(given[0], wholly_told(given[1]), strict=True) if key in given[2]
    ],
    "merge": _merge,
    "one": _one,
    "range": _range,
    "reverse": lambda given: _list(given[0])[::-1],
    "setintersection": _sets(lambda item, other: item in other),
    "setproduct": _setproduct,
    "setsubtract": _sets(lambda item, other: item not in other),
    "setunion": lambda given: _in_order(_distinct(item for one in wholly_told(given) for item in _list(one))),
    "slice": lambda given: _list(given[0])[int(given[1]) : int(given[2])],
    "sort": lambda given: sorted(map(text_of, _list(wholly_told(given[0])))),
    "sum": lambda given: sum(map(number_of, _list(given[0]))),
    "tolist": _as_given,
    "tomap": _as_given,
    "toset": _toset,
    "transpose": _transpose,
    "values": lambda given: [value for _, value in entries(_mapping(given[0]))],
    "zipmap": lambda given: dict(zip(map(text_of, _list(given[0])), _list(given[1]), strict=True)),
}
