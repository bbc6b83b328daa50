"""Converts a value to a type as Terraform does (go-cty, `convert`), to learn whether it can.

Terraform decides twice: by the types alone, which gives a conversion or none, and by the value when it
carries the conversion out. Both are done here, in its order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

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
    without_optional,
)
from cellwright.stacks.types.primitive import primitive_fits
from cellwright.stacks.types.typed import ANY, UNKNOWN, Typed, object_of, tuple_of
from cellwright.stacks.types.unify import Unification

Conversion: TypeAlias = Callable[[Typed], Typed]
_Collection: TypeAlias = ListOf | SetOf | MapOf


class NoConversionError(Exception):
    """Terraform does not convert this."""


def convert(value: Typed, wanted: TypeConstraint) -> Typed:
    """Convert a value.

    Raises:
        NoConversionError: Terraform would refuse it.
    """
    if value.type == without_optional(wanted):
        return value
    found = conversion(value.type, wanted, unsafe=True)
    if found is None:
        raise NoConversionError
    return found(value)


def unified(types: Sequence[TypeConstraint], *, unsafe: bool = True) -> TypeConstraint | None:
    """Give the type that all of these convert to."""
    return Unification(_convertible, unsafe=unsafe).of(types)


def _convertible(given: TypeConstraint, wanted: TypeConstraint, unsafe: bool) -> bool:  # noqa: FBT001 -- a callback
    return conversion(given, wanted, unsafe=unsafe) is not None


def conversion(given: TypeConstraint, wanted: TypeConstraint, *, unsafe: bool) -> Conversion | None:
    """Give the conversion between two types; None if there is none. `unsafe` ones depend on the value."""
    if isinstance(wanted, AnyType):
        return _same
    found = _known(given, wanted, unsafe)
    if found is None:
        return None
    convert_known = found

    def converted(value: Typed) -> Typed:
        if value.content is None or value.content is UNKNOWN:
            return replace(value, type=_filled(value.type, without_optional(wanted)))
        return convert_known(value)

    return converted


def _same(value: Typed) -> Typed:
    return value


def _known(  # noqa: C901, PLR0911 -- one for each pair of kinds
    given: TypeConstraint,
    wanted: TypeConstraint,
    unsafe: bool,  # noqa: FBT001
) -> Conversion | None:
    match (given, wanted):
        case AnyType(), _:
            return (lambda value: convert(value, wanted)) if unsafe else None
        case Primitive(), Primitive():
            return _primitive(given, wanted, unsafe)
        case ObjectOf(), ObjectOf():
            return _object(given, wanted, unsafe)
        case TupleOf(), TupleOf():
            return _tuple(given, wanted, unsafe)
        case TupleOf(), ListOf() | SetOf():
            return _collection(given, wanted, unsafe)
        case ObjectOf(), MapOf():
            return _collection(given, wanted, unsafe)
        case ListOf(), SetOf() if not unsafe:
            return None
        case ListOf() | SetOf(), ListOf() | SetOf():
            return _between_collections(given, wanted, unsafe)
        case MapOf(), MapOf():
            return _between_collections(given, wanted, unsafe)
        case MapOf(), ObjectOf():
            return _map_to_object(given, wanted) if unsafe else None
        case _:
            return None


def _primitive(given: Primitive, wanted: Primitive, unsafe: bool) -> Conversion | None:  # noqa: FBT001
    if wanted is Primitive.STRING:
        return lambda value: replace(value, type=wanted)
    if not unsafe or given is not Primitive.STRING:
        return None

    def converted(value: Typed) -> Typed:
        if isinstance(value.content, str) and primitive_fits(wanted, value.content):
            return replace(value, type=wanted)
        raise NoConversionError

    return converted


def _each(
    given: Mapping[str | int, TypeConstraint],
    wanted: TypeConstraint,
    unsafe: bool,  # noqa: FBT001
) -> dict[str | int, Conversion] | None:
    found: dict[str | int, Conversion] = {}
    for key, item in given.items():
        step = _same if item == wanted else conversion(item, wanted, unsafe=unsafe)
        if step is None:
            return None
        found[key] = step
    return found


def _object(given: ObjectOf, wanted: ObjectOf, unsafe: bool) -> Conversion | None:  # noqa: FBT001
    steps: dict[str | int, Conversion] = {}
    for name, attribute in wanted.attributes.items():
        if name in given.attributes:
            found = _each({name: given.attributes[name].type}, attribute.type, unsafe)
            if found is None:
                return None
            steps |= found
        elif not attribute.optional:
            return None

    def converted(value: Typed) -> Typed:
        content = {str(key): _stripped(steps[key](item)) for key, item in value.members() if key in steps}
        for name, attribute in wanted.attributes.items():
            if attribute.optional and name not in content:
                content[name] = Typed(without_optional(attribute.type), None)
        return object_of(content)

    return converted


def _tuple(given: TupleOf, wanted: TupleOf, unsafe: bool) -> Conversion | None:  # noqa: FBT001
    if len(given.elements) != len(wanted.elements):
        return None
    steps: list[Conversion] = []
    for item, target in zip(given.elements, wanted.elements, strict=True):
        found = _each({0: item}, target, unsafe)
        if found is None:
            return None
        steps.append(found[0])
    return lambda value: tuple_of(step(item) for step, (_, item) in zip(steps, value.members(), strict=True))


def _parts(given: TupleOf | ObjectOf) -> dict[str | int, TypeConstraint]:
    if isinstance(given, ObjectOf):
        return {name: item.type for name, item in given.attributes.items()}
    return dict(enumerate(given.elements))


def _collection(given: TupleOf | ObjectOf, wanted: _Collection, unsafe: bool) -> Conversion | None:  # noqa: FBT001
    """Make a collection of a tuple or an object."""
    parts = _parts(given)
    if not parts:
        return lambda _: _empty(wanted)
    element = wanted.element
    if isinstance(element, AnyType):
        common = unified(list(parts.values()), unsafe=unsafe)
        if common is None:
            return None
        if isinstance(common, AnyType) and not isinstance(wanted, MapOf) and set(parts.values()) != {ANY}:
            return None
        element = common
    steps = _each(parts, element, unsafe)
    if steps is None:
        return None
    structured = isinstance(element, ListOf | SetOf | MapOf | ObjectOf)
    unify = isinstance(wanted, ListOf) or (isinstance(wanted, MapOf) and structured)

    def converted(value: Typed) -> Typed:
        content = {key: steps[key](item) for key, item in value.members()}
        if isinstance(wanted, SetOf):
            content = {key: _stripped(item) for key, item in content.items()}
        return _made(wanted, _as_one_type(content, unsafe) if unify else content)

    return converted


def _between_collections(given: _Collection, wanted: _Collection, unsafe: bool) -> Conversion | None:  # noqa: FBT001
    steps = _each({0: given.element}, wanted.element, unsafe)
    if steps is None:
        return None
    step = steps[0]
    unify = isinstance(wanted, MapOf) and isinstance(wanted.element, ListOf | SetOf | MapOf | ObjectOf)

    def converted(value: Typed) -> Typed:
        content = {key: step(item) for key, item in value.members()}
        if not isinstance(wanted, MapOf):
            content = {key: _stripped(item) for key, item in content.items()}
        if not content:
            return _empty(type(wanted)(given.element) if isinstance(wanted.element, AnyType) else wanted)
        return _made(wanted, _as_one_type(content, unsafe=False) if unify else content)

    return converted


def _map_to_object(given: MapOf, wanted: ObjectOf) -> Conversion | None:
    steps: dict[str | int, Conversion | None] = {}
    for name, attribute in wanted.attributes.items():
        same = attribute.type == given.element
        steps[name] = _same if same else conversion(given.element, attribute.type, unsafe=True)
        if steps[name] is None and not attribute.optional:
            return None

    def converted(value: Typed) -> Typed:
        content: dict[str, Typed] = {}
        for key, item in value.members():
            if key in steps:
                step = steps[key]
                if step is None:
                    raise NoConversionError
                content[str(key)] = _stripped(step(item))
        for name, attribute in wanted.attributes.items():
            if name not in content:
                if not attribute.optional:
                    raise NoConversionError
                content[name] = Typed(attribute.type, None)
        return object_of(content)

    return converted


def _as_one_type(content: Mapping[str | int, Typed], unsafe: bool) -> dict[str | int, Typed]:  # noqa: FBT001
    common = unified([item.type for item in content.values()], unsafe=unsafe)
    if common is None:
        raise NoConversionError
    steps = _each({key: item.type for key, item in content.items()}, common, unsafe)
    if steps is None:
        raise NoConversionError
    return {key: steps[key](item) for key, item in content.items()}


def _made(wanted: _Collection, content: Mapping[str | int, Typed]) -> Typed:
    """Make a collection of elements, which must be of one type by now."""
    types = {item.type for item in content.values()} - {ANY}
    if len(types) > 1:
        raise NoConversionError
    made = type(wanted)(types.pop() if types else ANY)
    if isinstance(wanted, MapOf):
        return Typed(made, {str(key): item for key, item in content.items()})
    return Typed(made, tuple(content.values()))


def _empty(wanted: _Collection) -> Typed:
    return Typed(type(wanted)(without_optional(wanted.element)), {} if isinstance(wanted, MapOf) else ())


def _stripped(value: Typed) -> Typed:
    return Typed(without_optional(value.type), None) if value.content is None else value


def _filled(  # noqa: PLR0911 -- one for each pair of kinds
    given: TypeConstraint, wanted: TypeConstraint
) -> TypeConstraint:
    """Put the types of a null or unknown value in the places of `any` (go-cty, `dynamicReplace`)."""
    match given, wanted:
        case AnyType(), _:
            return wanted
        case _, AnyType():
            return given
        case ListOf() | SetOf() | MapOf(), ListOf() | SetOf() | MapOf():
            return type(wanted)(_filled(given.element, wanted.element))
        case TupleOf() | ObjectOf(), ListOf() | SetOf() | MapOf():
            common = unified(list(_parts(given).values()))
            return type(wanted)(_filled(common or ANY, wanted.element))
        case (MapOf() | ObjectOf(), ObjectOf()):
            return ObjectOf(
                {
                    name: ObjectAttribute(_filled(_inside(given, name), item.type))
                    for name, item in wanted.attributes.items()
                }
            )
        case TupleOf(), TupleOf():
            return TupleOf(tuple(map(_filled, given.elements, wanted.elements)))
        case _:
            return wanted


def _inside(given: MapOf | ObjectOf, name: str) -> TypeConstraint:
    if isinstance(given, MapOf):
        return given.element
    return given.attributes[name].type if name in given.attributes else ANY
