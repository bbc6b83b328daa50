"""Evaluates HCL expressions: what has no value here stays as such, with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cellwright.foreign.expressions.functions.table import FUNCTIONS, TAKE_PARTS
from cellwright.foreign.expressions.operators import Later, operated
from cellwright.foreign.expressions.values import (
    NoValue,
    entries,
    number_of,
    step_into,
    told,
    truth_of,
    wholly_told,
)
from cellwright.foreign.secrets import shown_line, shown_why
from cellwright.foreign.tree import ForeignValue, Joined, Late, Unreadable, unreadable_in
from cellwright.model.scalar_text import scalar_text
from cellwright.stacks.hcl.operations import (
    Access,
    Conditional,
    ForExpression,
    Operation,
    Parenthesised,
    Signed,
    Splat,
    Step,
    TemplateFor,
    TemplateIf,
)
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
Calls = Callable[[FunctionCall], Function | None]
_WRONG = (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError)


def no_names(path: tuple[str, ...]) -> ForeignValue:
    """Know no name: constants alone are evaluated."""
    raise NoValue(f"'{'.'.join(path)}' is not known where it stands", unknown=True)


def no_functions(_call: FunctionCall) -> Function | None:
    """Know no function but those of HCL."""
    return None


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates the expressions of one file."""

    source: Source
    names: Names = no_names
    """Gives the value of a name with the attributes after it; raises NoValue."""
    functions: Calls = no_functions
    """Gives what a call means, where it is not HCL's own."""

    def value(self, expression: Expression) -> ForeignValue:
        """Give the value of an expression, unreadable parts as such."""
        try:
            return self._value(expression)
        except NoValue as fault:
            return fault.at or replace(self.unreadable(expression, fault.why), unknown=fault.unknown)
        except RecursionError:
            return self.unreadable(expression, "it refers to itself")

    def unreadable(self, expression: Expression, why: str) -> Unreadable:
        """Say that an expression has no value, and where it stands."""
        position = self.source.position(expression.offset)
        line = self.source.text.splitlines()[position.line - 1] if self.source.text else ""
        line = line.strip()
        return Unreadable(shown_line(line, position.file), position, shown_why(why, line, position.file))

    def _value(self, expression: Expression) -> ForeignValue:  # noqa: C901, PLR0911, PLR0912  one for each kind
        match expression:
            case Literal(value=value):
                return value
            case ObjectExpression(items=items):
                return self._object(items)
            case TupleExpression(items=items):
                return [self.value(item) for item in items]
            case TemplateExpression(parts=parts):
                return self._template(parts)
            case Traversal(steps=steps, whole=True):
                return self.names(steps)
            case FunctionCall():
                return self._called(expression)
            case Operation(first, rest):
                items = (first, *(item for _, item in rest))
                later: list[Later] = [partial(self.value, item) for item in items]
                return operated(later, [sign for sign, _ in rest])
            case Signed(signs, inner):
                return self._signed(signs, self.value(inner))
            case Conditional(branches, otherwise):
                for condition, then in branches:
                    if truth_of(self.value(condition)):
                        return self.value(then)
                return self.value(otherwise)
            case Access(inner, steps):
                return self._accessed(inner, steps)
            case ForExpression():
                return self._for(expression)
            case Parenthesised(inner):
                return self.value(inner)
            case TemplateIf(condition, then, otherwise):
                return self._joined(then if truth_of(self.value(condition)) else otherwise)
            case TemplateFor(names, collection, body):
                return self._repeated(names, collection, body)
            case _:
                raise NoValue("an expression that is not evaluated here", unknown=True)

    def _object(self, items: tuple[tuple[Expression, Expression], ...]) -> ForeignValue:
        found = {}
        for key, value in items:
            name = key.steps[0] if isinstance(key, Traversal) and len(key.steps) == 1 else self.value(key)
            if not isinstance(name, str | int | bool):
                raise NoValue("one of its keys can't be told", name if isinstance(name, Unreadable) else None)
            found[name if isinstance(name, str) else scalar_text(name)] = self.value(value)
        return found

    def _template(self, parts: tuple[Expression, ...]) -> ForeignValue:
        if len(parts) == 1 and not isinstance(parts[0], TemplateIf | TemplateFor):
            return self.value(parts[0])  # it keeps its type
        return self._joined(parts)

    def _joined(self, parts: tuple[Expression, ...]) -> ForeignValue:
        return _glued([self.value(part) for part in parts])

    def _repeated(
        self, names: tuple[str, ...], collection: Expression, body: tuple[Expression, ...]
    ) -> ForeignValue:
        found = []
        for key, value in entries(self.value(collection)):
            inside = self._with(names, key, value)
            found.append(_glued([inside.value(part) for part in body]))
        return _glued(found)

    def _signed(self, signs: str, value: ForeignValue) -> ForeignValue:
        for sign in reversed(signs):
            value = -number_of(value) if sign == "-" else not truth_of(value)
        return value

    def _accessed(self, inner: Expression, steps: tuple[Step, ...]) -> ForeignValue:
        if not isinstance(inner, Traversal):
            return self._into(self.value(inner), steps)
        known = _attributes(steps)  # a name may be one with its attributes only: `local.a`
        return self._into(self.names((*inner.steps, *known)), steps[len(known) :])

    def _into(self, value: ForeignValue, steps: tuple[Step, ...]) -> ForeignValue:
        for at, step in enumerate(steps):
            if isinstance(step, Splat):
                end = len(steps) if step.full else at + 1 + len(_attributes(steps[at + 1 :]))
                items = [self._into(item, steps[at + 1 : end]) for item in _each(value)]
                return self._into(items, steps[end:])
            value = step_into(value, step if isinstance(step, str) else told(self.value(step)))
        return value

    def _for(self, loop: ForExpression) -> ForeignValue:
        listed: list[ForeignValue] = []
        mapped: dict[str, Any] = {}
        for key, value in entries(self.value(loop.collection)):
            inside = self._with(loop.names, key, value)
            if loop.condition is not None and not truth_of(inside.value(loop.condition)):
                continue
            found = inside.value(loop.value)
            if loop.key is None:
                listed.append(found)
                continue
            name = scalar_text(told(inside.value(loop.key))) or ""
            if loop.grouped:
                mapped.setdefault(name, []).append(found)
            else:
                mapped[name] = found
        return listed if loop.key is None else mapped

    def _with(self, names: tuple[str, ...], key: ForeignValue, value: ForeignValue) -> "Evaluator":
        """Give an evaluator that knows the names of a `for`, too."""
        known = {names[0]: key, names[1]: value} if len(names) > 1 else {names[0]: value}

        def name(path: tuple[str, ...]) -> ForeignValue:
            if path[0] not in known:
                return self.names(path)
            found = known[path[0]]
            for step in path[1:]:
                found = step_into(found, step)
            return found

        return replace(self, names=name)

    def _called(self, call: FunctionCall) -> ForeignValue:
        if call.name in {"try", "can"}:
            return self._tried(call)
        function = self.functions(call) or FUNCTIONS.get(call.name)
        if function is None:
            raise NoValue(f"the function {call.name}() is not evaluated here", unknown=True)
        arguments = [self.value(item) for item in call.arguments]
        if call.spread:
            arguments = [*arguments[:-1], *(item for _, item in entries(arguments[-1]))]
        if call.name not in TAKE_PARTS:
            wholly_told(arguments)
        try:
            return function(arguments)
        except _WRONG:
            raise NoValue(f"{call.name}() can't be evaluated with these arguments") from None

    def _tried(self, call: FunctionCall) -> ForeignValue:
        for argument in call.arguments:
            value = self.value(argument)
            faults = tuple(unreadable_in(value))
            if not faults:
                return True if call.name == "can" else value
            for fault in faults:
                if fault.unknown:  # what comes next would be another value than the tool's
                    raise NoValue(fault.why, fault)
        if call.name == "can":
            return False
        raise NoValue("none of what is tried can be told")


def _attributes(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Give the attributes that steps begin with."""
    found: list[str] = []
    for step in steps:
        if not isinstance(step, str):
            break
        found.append(step)
    return tuple(found)


def _each(value: ForeignValue) -> list[ForeignValue]:
    """Give the items that a splat goes through: of what is no list, itself."""
    value = told(value)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _glued(parts: list[ForeignValue]) -> ForeignValue:
    for part in parts:
        for fault in unreadable_in(part):
            raise NoValue(fault.why, fault)
        if isinstance(part, Mapping | list):
            raise NoValue("a text is made of a collection")
    if any(isinstance(part, Late) for part in parts):
        return Joined(tuple(parts))
    return "".join(scalar_text(part) or "" for part in parts)
