"""Early evaluation: what Terraform (since 1.15) and OpenTofu (since 1.8) evaluate before `init`.

A module's source may be made of variables and locals. An expression is kept as far as it consists of texts,
references to variables and templates of both; anything else is left to the binary.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, TypeAlias, assert_never

from cellwright.model.scalar_text import scalar_text
from cellwright.model.value import Json, Scalar


class Unknown(Enum):
    """The value can't be told here."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
EarlyValue: TypeAlias = Json | Literal[Unknown.UNKNOWN]
Scope: TypeAlias = Callable[[str], EarlyValue]
"""Gives the value of a variable."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A scalar."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Reference:
    """A variable, or an attribute of one."""

    variable: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A template."""

    parts: tuple["Early", ...]


Early: TypeAlias = Constant | Reference | Joined | Literal[Unknown.UNKNOWN]
"""An expression as far as it is read."""


def evaluate(expression: Early, scope: Scope) -> EarlyValue:
    """Give the value of an expression; UNKNOWN if it depends on anything that is not known."""
    match expression:
        case Constant(value=value):
            return value
        case Reference(variable=name, path=path):
            return _inside(scope(name), path)
        case Joined(parts=parts):
            texts = [_text(evaluate(part, scope)) for part in parts]
            known = [text for text in texts if text is not None]
            return "".join(known) if len(known) == len(texts) else UNKNOWN
        case Unknown.UNKNOWN:
            return UNKNOWN
        case _:
            assert_never(expression)


def variables_in(expression: Early) -> Iterator[str]:
    """Yield the variables that an expression names."""
    match expression:
        case Reference(variable=name):
            yield name
        case Joined(parts=parts):
            for part in parts:
                yield from variables_in(part)
        case _:
            return


def encode_early(expression: Early) -> Any:  # noqa: ANN401  JSON
    """Write an expression as JSON."""
    match expression:
        case Constant(value=value):
            return ["=", value]
        case Reference(variable=name, path=path):
            return ["var", name, *path]
        case Joined(parts=parts):
            return ["join", *map(encode_early, parts)]
        case Unknown.UNKNOWN:
            return None
        case _:
            assert_never(expression)


def decode_early(record: Any) -> Early:  # noqa: ANN401  JSON that `encode_early` wrote
    """Read what `encode_early` wrote."""
    match record:
        case ["=", value]:
            return Constant(value)
        case ["var", name, *path]:
            return Reference(name, tuple(path))
        case ["join", *parts]:
            return Joined(tuple(map(decode_early, parts)))
        case _:
            return UNKNOWN


def _inside(value: EarlyValue, path: tuple[str, ...]) -> EarlyValue:
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return UNKNOWN
        value = value[step]
    return value


def _text(value: EarlyValue) -> str | None:
    return None if value is UNKNOWN else scalar_text(value)
