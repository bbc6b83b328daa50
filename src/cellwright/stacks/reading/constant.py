"""Constants: expressions that Terraform evaluates while it reads a module: no variables, no functions."""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Literal, TypeAlias

from cellwright.model.scalar_text import scalar_text
from cellwright.model.value import Json
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Expression,
    FunctionCall,
    ObjectExpression,
    TemplateExpression,
    Traversal,
    TupleExpression,
)
from cellwright.stacks.hcl.syntax import Literal as LiteralExpression


class NotEvaluated(Enum):
    """The expression has a value, which is not worked out here."""

    NOT_EVALUATED = "not evaluated"


NOT_EVALUATED: Final = NotEvaluated.NOT_EVALUATED
Constant: TypeAlias = Json | Literal[NotEvaluated.NOT_EVALUATED]

_NO_TEMPLATE = "${}"
"""Stands for a text of JSON syntax with `${` in it, which is no template in a constant."""


def constant_of(expression: Expression, *, json: bool = False) -> Constant:
    """Give the value of a constant, in native or in JSON syntax.

    Raises:
        SyntaxFault: it names a variable or calls a function.
    """
    match expression:
        case LiteralExpression(value=value):
            return value
        case TupleExpression(items=items):
            values = [constant_of(item, json=json) for item in items]
            known = [value for value in values if value is not NOT_EVALUATED]
            return known if len(known) == len(values) else NOT_EVALUATED
        case ObjectExpression(items=items):
            return _object(items, json)
        case _:
            return _NO_TEMPLATE if json else _computed(expression)


def _computed(expression: Expression) -> Constant:
    match expression:
        case Traversal(offset=offset):
            raise SyntaxFault(offset, "a constant can't refer to other values", "write the value itself")
        case FunctionCall(name=name, offset=offset):
            raise SyntaxFault(offset, f"a constant can't call a function: '{name}'", "write the value itself")
        case TemplateExpression(parts=parts):
            texts = [_text(constant_of(part)) for part in parts]
            found = [text for text in texts if text is not None]
            return "".join(found) if len(found) == len(texts) else NOT_EVALUATED
        case _:
            return NOT_EVALUATED


def _object(items: Iterable[tuple[Expression, Expression]], json: bool) -> Constant:  # noqa: FBT001
    found: dict[str, Json] = {}
    complete = True
    for key, item in items:
        name, value = key_of(key), constant_of(item, json=json)
        if name is None or value is NOT_EVALUATED:
            complete = False
        else:
            found[name] = value
    return found if complete else NOT_EVALUATED


def key_of(key: Expression) -> str | None:
    """Give the name that a key of an object stands for; None if it is computed."""
    match key:
        case Traversal(steps=(name,), whole=True):
            return name
        case LiteralExpression(value=value):
            return "null" if value is None else scalar_text(value)
        case _:
            return None


def _text(value: Constant) -> str | None:
    return None if value is NOT_EVALUATED else scalar_text(value)
