"""Reads type constraints from expressions: `object({ name = string, size = optional(number, 3) })`."""

from collections.abc import Callable, Mapping

from cellwright.model.suggestion import nearest
from cellwright.stacks.hcl.expression import parse_expression
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Expression,
    FunctionCall,
    Literal,
    ObjectExpression,
    Traversal,
    TupleExpression,
)
from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)

_ANY = AnyType()
_NAMED: Mapping[str, TypeConstraint] = {
    **{primitive.value: primitive for primitive in Primitive},
    "any": _ANY,
    "list": ListOf(_ANY),  # the short forms of Terraform 0.11, still understood
    "map": MapOf(_ANY),
}
_COLLECTIONS: Mapping[str, Callable[[TypeConstraint], TypeConstraint]] = {
    "list": ListOf,
    "set": SetOf,
    "map": MapOf,
}
_CONSTRUCTORS = frozenset({*_NAMED, "set", "object", "tuple"})
_KNOWN = ", ".join(sorted(_CONSTRUCTORS))
_OPTIONAL_ARGUMENTS = 2


def constraint_of(expression: Expression) -> TypeConstraint:
    """Read a type constraint from a parsed expression; in JSON syntax, from a string.

    Raises:
        SyntaxFault: it is none.
    """
    match expression:
        case Traversal(steps=(name,)) if name in _NAMED:
            return _NAMED[name]
        case Literal(value=str(text)):
            return _quoted(text, expression.offset)
        case FunctionCall(name=name, arguments=(argument,)):
            return _constructed(name, argument, expression.offset)
        case Traversal(steps=steps):
            raise _unknown(".".join(steps), expression.offset)
        case FunctionCall(name=name):
            if name not in _CONSTRUCTORS:
                raise _unknown(name, expression.offset)
            raise SyntaxFault(expression.offset, f"the type '{name}' takes one argument", "give it one")
        case _:
            raise SyntaxFault(expression.offset, "this is no type", f"known are {_KNOWN}")


def _quoted(text: str, offset: int) -> TypeConstraint:
    try:
        inner = parse_expression(text)
        if isinstance(inner, Literal):
            raise _unknown(text, offset)
        return constraint_of(inner)
    except SyntaxFault as fault:
        raise SyntaxFault(offset, fault.summary, fault.detail) from None


def _constructed(name: str, argument: Expression, offset: int) -> TypeConstraint:
    if name in _COLLECTIONS:
        return _COLLECTIONS[name](constraint_of(argument))
    match name, argument:
        case "tuple", TupleExpression(items=items):
            return TupleOf(tuple(constraint_of(item) for item in items))
        case "object", ObjectExpression(items=items):
            return ObjectOf(dict(_attribute(key, value) for key, value in items))
        case "tuple", _:
            raise SyntaxFault(
                argument.offset, "a tuple takes a list of types", "write tuple([string, number])"
            )
        case "object", _:
            advice = "write object({ name = string })"
            raise SyntaxFault(argument.offset, "an object takes its attributes", advice)
        case "optional", _:
            advice = "outside an object, a variable's `default` makes it optional"
            raise SyntaxFault(offset, "optional() is for the attributes of an object", advice)
        case _:
            raise _unknown(name, offset)


def _attribute(key: Expression, value: Expression) -> tuple[str, ObjectAttribute]:
    match key:
        case Traversal(steps=(name,)) | Literal(value=str(name)):
            pass
        case _:
            raise SyntaxFault(key.offset, "an attribute has a name here", "write object({ name = string })")
    if not (isinstance(value, FunctionCall) and value.name == "optional"):
        return name, ObjectAttribute(constraint_of(value))
    if not 1 <= len(value.arguments) <= _OPTIONAL_ARGUMENTS:
        advice = "write optional(string) or optional(string, default)"
        raise SyntaxFault(value.offset, "optional() takes a type and a default", advice)
    return name, ObjectAttribute(constraint_of(value.arguments[0]), optional=True)


def _unknown(name: str, offset: int) -> SyntaxFault:
    known = nearest(name, _CONSTRUCTORS)
    advice = f"did you mean '{known}'?" if known else f"known are {_KNOWN}"
    return SyntaxFault(offset, f"'{name}' is no type", advice)
