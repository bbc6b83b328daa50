"""JSON with exact numbers: what the standard library reads as a `float` is a `Decimal` here, and back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from cellwright.model.text.number import exact_number, number_text


def read_json(text: str | bytes) -> Any:  # noqa: ANN401  any JSON
    """Read JSON; no number loses a digit.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return json.loads(text, parse_float=exact_number)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more than 4,300 digits
        return json.loads(text, parse_float=exact_number, parse_int=exact_number)


@dataclass(frozen=True, slots=True)
class JsonStyle:
    """How JSON is written; the fields are those of `json.dumps`."""

    sort_keys: bool = False
    ensure_ascii: bool = True
    indent: int | None = None
    separators: tuple[str, str] | None = None
    allow_nan: bool = True

    def write(self, value: object) -> str:
        """Write a value; mappings and sequences of any class, and decimals with all their digits.

        Raises:
            ValueError: a number that is not finite, where `allow_nan` is false.
        """
        try:
            return self._encoded(value)
        except _DecimalFoundError:
            return "".join(self._parts(value, "\n"))

    def _encoded(self, value: object) -> str:
        return _encoder(self).encode(value)

    def _parts(self, value: object, line: str) -> Iterator[str]:
        """Write by hand: the library's encoder has no way to write a number that is no `float`."""
        if isinstance(value, Decimal):
            yield number_text(value)
        elif isinstance(value, Mapping):
            names = sorted(value) if self.sort_keys else value
            members = ((f"{self._encoded(str(name))}{self._colon}", value[name]) for name in names)
            yield from self._container("{}", members, line)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from self._container("[]", (("", item) for item in value), line)
        else:
            yield self._encoded(value)

    def _container(self, brackets: str, members: Iterator[tuple[str, object]], line: str) -> Iterator[str]:
        inner = "" if self.indent is None else line + " " * self.indent
        empty = True
        yield brackets[0]
        for lead, item in members:
            yield f"{inner if empty else self._comma + inner}{lead}"
            yield from self._parts(item, inner)
            empty = False
        yield brackets[1] if empty or self.indent is None else line + brackets[1]

    @property
    def _comma(self) -> str:
        if self.separators is not None:
            return self.separators[0]
        return ", " if self.indent is None else ","

    @property
    def _colon(self) -> str:
        return self.separators[1] if self.separators is not None else ": "


PLAIN = JsonStyle()
READABLE = JsonStyle(ensure_ascii=False)
"""For people: letters of all languages as they are."""
COMPACT = JsonStyle(separators=(",", ":"))
SORTED = JsonStyle(sort_keys=True)
CANONICAL = JsonStyle(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
"""Equal values, equal text."""


class _DecimalFoundError(TypeError):
    """The value holds a decimal, which the library's encoder can't write."""


@cache
def _encoder(style: JsonStyle) -> json.JSONEncoder:
    """Made once for each style: a trail of a million events would make as many of them."""
    return json.JSONEncoder(
        default=_builtin,
        sort_keys=style.sort_keys,
        ensure_ascii=style.ensure_ascii,
        indent=style.indent,
        separators=style.separators,
        allow_nan=style.allow_nan,
    )


def _builtin(value: object) -> object:
    if isinstance(value, Decimal):
        raise _DecimalFoundError
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
