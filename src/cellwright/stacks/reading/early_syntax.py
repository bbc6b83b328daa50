"""Reads the expressions that are evaluated early from syntax, with locals put in place."""

from collections.abc import Mapping

from cellwright.model.limits import EARLY_PARTS, LOCAL_CHAIN
from cellwright.stacks.hcl.syntax import (
    Expression,
    Literal,
    ObjectExpression,
    TemplateExpression,
    Traversal,
)
from cellwright.stacks.reading.early import UNKNOWN, Constant, Early, EarlyValue, Joined, Reference

_FIXED: Mapping[tuple[str, ...], str] = {
    ("path", "module"): ".",  # a local source begins with a dot, so only the root module can use it
    ("path", "root"): ".",
    ("terraform", "workspace"): "default",
}


def read_early(expression: Expression, local_values: Mapping[str, Expression]) -> Early:
    """Read an expression, with the locals that it names put in place."""
    return _Reader(local_values).read(expression, ())


def literal_value(expression: Expression) -> EarlyValue:
    """Give the value of an expression that consists of constants only."""
    match expression:
        case Literal(value=value):
            return value
        case ObjectExpression(items=items):
            found = {_key(key): literal_value(item) for key, item in items}
            values = {key: item for key, item in found.items() if key is not None and item is not UNKNOWN}
            return values if len(values) == len(items) else UNKNOWN
        case _:
            return UNKNOWN


class _Reader:
    def __init__(self, local_values: Mapping[str, Expression]) -> None:
        self._locals = local_values
        self._left = EARLY_PARTS

    def read(self, expression: Expression, inside: tuple[str, ...]) -> Early:
        """Read an expression; `inside` are the locals that are being read: none may refer to itself."""
        self._left -= 1
        return self._read(expression, inside) if self._left >= 0 and len(inside) <= LOCAL_CHAIN else UNKNOWN

    def _read(self, expression: Expression, inside: tuple[str, ...]) -> Early:
        match expression:
            case Literal(value=value):
                return Constant(value)
            case TemplateExpression(parts=parts):
                return Joined(tuple(self.read(part, inside) for part in parts))
            case Traversal(steps=steps, whole=True) if steps in _FIXED:
                return Constant(_FIXED[steps])
            case Traversal(steps=("var", name, *path), whole=True):
                return Reference(name, tuple(path))
            case Traversal(steps=("local", name, *path), whole=True) if name not in inside:
                found = self._locals.get(name)
                for step in path:
                    found = member(found, step)
                return self.read(found, (*inside, name)) if found is not None else UNKNOWN
            case _:
                return UNKNOWN


def member(expression: Expression | None, name: str) -> Expression | None:
    """Give an item of an object that is written out; None if it is something else, or has no such item."""
    if not isinstance(expression, ObjectExpression):
        return None
    return next((item for key, item in expression.items if _key(key) == name), None)


def _key(key: Expression) -> str | None:
    match key:
        case Traversal(steps=(name,), whole=True):
            return name
        case Literal(value=str(text)):
            return text
        case _:
            return None
