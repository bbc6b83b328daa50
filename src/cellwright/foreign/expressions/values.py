"""What values of a tree have in common: what has none, steps into them, texts of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cellwright.foreign.tree import (
    Document,
    ForeignValue,
    FromEnvironment,
    Late,
    OutputOf,
    Unreadable,
    leaves,
)
from cellwright.model.scalar_text import scalar_text


class NoValue(Exception):  # noqa: N818  an answer: why a name or a call has no value here
    """Something has no value here."""

    def __init__(self, why: str, at: Unreadable | None = None, *, unknown: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        """What has none, if it is another expression."""
        self.unknown = unknown
        """It has none here alone: the tree's own tool may tell it."""


def told(value: ForeignValue) -> ForeignValue:
    """Give a value that is no output, no secret and not unreadable itself; parts of it may be.

    Raises:
        NoValue: it is.
    """
    if isinstance(value, Unreadable):
        raise NoValue(value.why, value)
    if isinstance(value, Late):
        raise NoValue(why_late(value), unknown=True)
    return value


def wholly_told(value: ForeignValue) -> ForeignValue:
    """Give a value in which nothing is an output, a secret or unreadable.

    Raises:
        NoValue: something is.
    """
    for item in leaves(value):
        told(item)
    return value


def step_into(value: ForeignValue, step: ForeignValue) -> ForeignValue:
    """Give an attribute of a mapping, or an item of a list.

    Raises:
        NoValue: there is nothing of that name.
    """
    if isinstance(value, OutputOf) and isinstance(step, str | int) and not isinstance(step, bool):
        return OutputOf(value.unit, (*value.path, str(step)), value.position)
    told(value)
    if isinstance(value, Mapping):
        name = scalar_text(step)
        if name in value:
            return value[name]
    elif isinstance(value, list):
        number = number_of(step)
        if isinstance(number, int) and 0 <= number < len(value):
            return value[number]
    raise NoValue(f"there is no '{scalar_text(step)}' in it")


def attribute(value: ForeignValue, path: tuple[str, ...]) -> ForeignValue:
    """Step into a value by several attributes.

    Raises:
        NoValue: there is nothing of that name.
    """
    for step in path:
        value = step_into(value, step)
    return value


def text_of(value: ForeignValue) -> str:
    """Give a scalar as text.

    Raises:
        NoValue: it is none.
    """
    found = scalar_text(told(value))
    if found is None:
        raise NoValue("a text is made of what is none")
    return found


def number_of(value: ForeignValue) -> int | Decimal:
    """Give a number, also one that is written as text; whole ones as such.

    Raises:
        NoValue: it is none.
    """
    value = told(value)
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise NoValue("it is no number")
        found = Decimal(str(value))
        if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
            raise NoValue("it is no number")
        return int(found) if found == found.to_integral_value() else found
    except ArithmeticError:
        raise NoValue("it is no number") from None


def truth_of(value: ForeignValue) -> bool:
    """Give a bool, also one that is written as text.

    Raises:
        NoValue: it is none.
    """
    value = told(value)
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise NoValue("it is neither true nor false")


def entries(value: ForeignValue) -> list[tuple[Any, ForeignValue]]:
    """Give keys and values of a mapping, in the order of Terraform, or of a list.

    Raises:
        NoValue: it is none.
    """
    value = told(value)
    if isinstance(value, Mapping):
        return sorted(value.items(), key=lambda item: str(item[0]))
    if isinstance(value, list):
        return list(enumerate(value))
    raise NoValue("it is no collection")


def why_late(value: ForeignValue) -> str:
    """Say why a value that is an output or a secret, or has one in it, is not worked out."""
    for item in leaves(value):
        if isinstance(item, FromEnvironment) and item.clear:
            return f"a secret that stands in the tree, {item.variable}, is a part of it"
        if isinstance(item, FromEnvironment):
            return f"the secret {item.variable} of the environment is a part of it"
        if isinstance(item, Document):
            return f"{item.position.file} has secrets, by their names: it is no text here"
    return "what is made of an output is not evaluated before that is there"


_DIGITS = 400
