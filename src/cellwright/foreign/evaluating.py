"""Evaluates HCL expressions as far as they are plain: names, texts, collections, known functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.foreign.tree import ForeignValue, Joined, OutputOf, Unreadable, outputs_in, unreadable_in
from cellwright.model.scalar_text import scalar_text
from cellwright.stacks.hcl.source import Source
from cellwright.stacks.hcl.syntax import (
    Expression,
    FunctionCall,
    Literal,
    ObjectExpression,
    TemplateExpression,
    Traversal,
    TupleExpression,
)

Function = Callable[[list[ForeignValue]], ForeignValue]
Names = Callable[[tuple[str, ...]], ForeignValue]


class NoValue(Exception):  # noqa: N818  an answer: why a name or a call has no value here
    """Something has no value here."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates the expressions of one file."""

    source: Source
    names: Names
    """Gives the value of a name with the attributes after it; raises NoValue."""
    functions: Mapping[str, Function]

    def value(self, expression: Expression) -> ForeignValue:  # noqa: PLR0911  one for each kind
        """Give the value of an expression, unreadable parts as such."""
        match expression:
            case Literal(value=value):
                return value
            case ObjectExpression(items=items):
                return self._object(expression, items)
            case TupleExpression(items=items):
                return [self.value(item) for item in items]
            case TemplateExpression(parts=parts):
                return self._joined(expression, [self.value(part) for part in parts])
            case Traversal(steps=steps, whole=True):
                return self._tried(expression, lambda: self.names(steps))
            case FunctionCall():
                return self._tried(expression, lambda: self._called(expression))
            case _:
                return self.unreadable(expression, "an expression that is not evaluated here")

    def unreadable(self, expression: Expression, why: str) -> Unreadable:
        """Say that an expression has no value, and where it stands."""
        position = self.source.position(expression.offset)
        line = self.source.text.splitlines()[position.line - 1] if self.source.text else ""
        return Unreadable(line.strip(), position, why)

    def _tried(self, expression: Expression, give: Callable[[], ForeignValue]) -> ForeignValue:
        try:
            return give()
        except NoValue as fault:
            return self.unreadable(expression, fault.why)
        except RecursionError:
            return self.unreadable(expression, "it refers to itself")

    def _object(
        self, whole: ObjectExpression, items: tuple[tuple[Expression, Expression], ...]
    ) -> ForeignValue:
        found = {}
        for key, value in items:
            name = key.steps[0] if isinstance(key, Traversal) and len(key.steps) == 1 else self.value(key)
            if not isinstance(name, str | int | bool):
                return self.unreadable(whole, "one of its keys can't be told")
            found[name if isinstance(name, str) else scalar_text(name)] = self.value(value)
        return found

    def _joined(self, whole: TemplateExpression, parts: list[ForeignValue]) -> ForeignValue:
        for part in parts:
            for fault in unreadable_in(part):
                return self.unreadable(whole, fault.why)
            if isinstance(part, Mapping | list):
                return self.unreadable(whole, "a text is made of a collection")
        if any(isinstance(part, OutputOf | Joined) for part in parts):
            return Joined(tuple(parts))
        return "".join(scalar_text(part) or "" for part in parts)

    def _called(self, call: FunctionCall) -> ForeignValue:
        if call.name == "try":
            for argument in call.arguments:
                value = self.value(argument)
                if not any(True for _ in unreadable_in(value)):
                    return value
            raise NoValue("none of what is tried can be told")
        function = self.functions.get(call.name)
        if function is None:
            raise NoValue(f"the function {call.name}() is not evaluated here")
        arguments = [self.value(item) for item in call.arguments]
        if call.name not in _TAKE_ANYTHING:
            for fault in unreadable_in(arguments):
                raise NoValue(fault.why)
            if any(True for _ in outputs_in(arguments)):
                raise NoValue(f"{call.name}() of an output is not evaluated before that is there")
        try:
            return function(arguments)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            raise NoValue(f"{call.name}() can't be evaluated with these arguments") from None


_TAKE_ANYTHING = frozenset({"merge", "concat", "tomap", "tolist"})


def _merge(arguments: list[ForeignValue]) -> ForeignValue:
    found: dict[str, Any] = {}
    for item in arguments:
        if isinstance(item, Unreadable):
            raise NoValue(item.why)
        if item is not None:
            found |= dict(item)
    return found


def _concat(arguments: list[ForeignValue]) -> ForeignValue:
    for item in arguments:
        if isinstance(item, Unreadable):
            raise NoValue(item.why)
    return [entry for item in arguments for entry in item]


def _same(arguments: list[ForeignValue]) -> ForeignValue:
    (only,) = arguments
    return only


def _lookup(arguments: list[ForeignValue]) -> ForeignValue:
    mapping, name, *otherwise = arguments
    return mapping.get(name, *otherwise) if otherwise else mapping[name]


def _format(arguments: list[ForeignValue]) -> ForeignValue:
    text, *given = arguments
    pieces = text.split("%s")
    if len(pieces) != len(given) + 1 or "%" in "".join(pieces):
        raise ValueError(text)
    return pieces[0] + "".join(
        (scalar_text(item) or "") + piece for item, piece in zip(given, pieces[1:], strict=True)
    )


def _text(arguments: list[ForeignValue]) -> str:
    (only,) = arguments
    if isinstance(only, Mapping | list):
        raise TypeError(only)
    return scalar_text(only) or ""


def _replace(arguments: list[ForeignValue]) -> str:
    text, old, new = arguments
    if old.startswith("/") and old.endswith("/"):
        raise ValueError(old)  # a regular expression of another dialect
    return str(text.replace(old, new))


FUNCTIONS: Mapping[str, Function] = {
    "merge": _merge,
    "concat": _concat,
    "tomap": _same,
    "tolist": _same,
    "tostring": _text,
    "lower": lambda given: _text(given).lower(),
    "upper": lambda given: _text(given).upper(),
    "join": lambda given: given[0].join(map(str, given[1])),
    "split": lambda given: given[1].split(given[0]),
    "lookup": _lookup,
    "format": _format,
    "replace": _replace,
    "trimsuffix": lambda given: given[0].removesuffix(given[1]),
    "trimprefix": lambda given: given[0].removeprefix(given[1]),
    "basename": lambda given: given[0].rstrip("/").rpartition("/")[2],
    "dirname": lambda given: given[0].rpartition("/")[0] or ".",
    "keys": lambda given: sorted(given[0]),
    "length": lambda given: len(given[0]),
    "element": lambda given: given[0][given[1] % len(given[0])],
}
"""Functions of HCL whose value depends on nothing but their arguments."""


def attribute(value: ForeignValue, path: tuple[str, ...]) -> ForeignValue:
    """Step into a value.

    Raises:
        NoValue: there is nothing of that name.
    """
    for step in path:
        if isinstance(value, Unreadable):
            raise NoValue(value.why)
        if not isinstance(value, Mapping) or step not in value:
            raise NoValue(f"there is no '{step}' in it")
        value = value[step]
    return value
