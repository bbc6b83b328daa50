"""Reads type constraints from expressions: `object({ name = string, size = optional(number, 3) })`."""

from collections.abc import Callable, Iterable, Mapping

from cellwright.model.text.suggestion import nearest
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
from cellwright.stacks.reading.constant import NOT_EVALUATED, constant_of
from cellwright.stacks.types.constraint import (
    UNKNOWN_DEFAULT,
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
from cellwright.stacks.types.conversion import mismatches

_ANY = AnyType()
_NAMED: Mapping[str, TypeConstraint] = {
    **{primitive.value: primitive for primitive in Primitive},
    "any": _ANY,
}
_SHORT: Mapping[str, TypeConstraint] = {"list": ListOf(_ANY), "map": MapOf(_ANY)}
"""The short forms of Terraform 0.11, still understood as the whole type."""
_COLLECTIONS: Mapping[str, Callable[[TypeConstraint], TypeConstraint]] = {
    "list": ListOf,
    "set": SetOf,
    "map": MapOf,
}
_CONSTRUCTORS = frozenset({*_NAMED, *_COLLECTIONS, "object", "tuple"})
_KNOWN = ", ".join(sorted(_CONSTRUCTORS))
_OPTIONAL_ARGUMENTS = 2


def constraint_of(expression: Expression, *, json: bool = False) -> TypeConstraint:
    """Read a type constraint from a parsed expression; in JSON syntax, from a string.

    Raises:
        SyntaxFault: it is none.
    """
    match expression:
        case Literal(value=str(text), offset=offset) if json:
            return _quoted(text, offset)
        case Literal(value=str(text), offset=offset):
            raise SyntaxFault(offset, "a type stands without quotes", f"write type = {text or 'string'}")
        case Traversal(steps=(name,), whole=True) if name in _SHORT:
            return _SHORT[name]
        case _:
            return _constraint(expression)


def _quoted(text: str, offset: int) -> TypeConstraint:
    try:
        return constraint_of(parse_expression(text))
    except SyntaxFault as fault:
        raise SyntaxFault(offset, fault.summary, fault.detail) from None


def _constraint(expression: Expression) -> TypeConstraint:
    match expression:
        case Traversal(steps=(name,), whole=True) if name in _NAMED:
            return _NAMED[name]
        case Traversal(steps=(name,), whole=True) if name in _CONSTRUCTORS:
            raise SyntaxFault(expression.offset, f"the type '{name}' takes one argument", "give it one")
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


def _constructed(name: str, argument: Expression, offset: int) -> TypeConstraint:
    if name in _COLLECTIONS:
        return _COLLECTIONS[name](_constraint(argument))
    match name, argument:
        case "tuple", TupleExpression(items=items):
            return TupleOf(tuple(_constraint(item) for item in items))
        case "object", ObjectExpression(items=items):
            return _object(items)
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


def _object(items: Iterable[tuple[Expression, Expression]]) -> ObjectOf:
    attributes: dict[str, ObjectAttribute] = {}
    for key, value in items:
        name = _attribute_name(key)
        if name in attributes:
            advice = "remove one of the two"
            raise SyntaxFault(key.offset, f"the attribute '{name}' is declared twice", advice)
        attributes[name] = _attribute(value)
    return ObjectOf(attributes)


def _attribute_name(key: Expression) -> str:
    match key:
        case Traversal(steps=(name,), whole=True):
            return name
        case Literal(value=bool() | None as value):  # a name all the same
            return "null" if value is None else str(value).lower()
        case _:
            advice = "write it without quotes: object({ name = string })"
            raise SyntaxFault(key.offset, "an attribute has a plain name here", advice)


def _attribute(value: Expression) -> ObjectAttribute:
    if not (isinstance(value, FunctionCall) and value.name == "optional"):
        return ObjectAttribute(_constraint(value))
    if not 1 <= len(value.arguments) <= _OPTIONAL_ARGUMENTS:
        advice = "write optional(string) or optional(string, default)"
        raise SyntaxFault(value.offset, "optional() takes a type and a default", advice)
    kind, *defaults = value.arguments
    constraint = _constraint(kind)
    if not defaults:
        return ObjectAttribute(constraint, optional=True)
    default = constant_of(defaults[0])
    if default is NOT_EVALUATED:
        return ObjectAttribute(constraint, optional=True, default=UNKNOWN_DEFAULT)
    for mismatch in mismatches(constraint, default, defaults=False):
        advice = "write a default of the attribute's type"
        raise SyntaxFault(defaults[0].offset, f"the default does not fit the attribute: {mismatch}", advice)
    return ObjectAttribute(constraint, optional=True, default=default)


def _unknown(name: str, offset: int) -> SyntaxFault:
    known = nearest(name, _CONSTRUCTORS)
    advice = f"did you mean '{known}'?" if known else f"known are {_KNOWN}"
    return SyntaxFault(offset, f"'{name}' is no type", advice)
