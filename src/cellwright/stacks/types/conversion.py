"""Checks whether a value fits a type, with Terraform's automatic conversions.

A value that Terraform accepts is never reported (tests/contract/stacks/ compares with the real binary).
References to outputs and secrets fit every type, because their values are not known.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, assert_never

from cellwright.model.text.suggestion import nearest
from cellwright.model.value import OutputReference, SecretReference, Template, Value, is_known
from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)
from cellwright.stacks.types.defaults import has_unknown_default, with_defaults
from cellwright.stacks.types.primitive import primitive_fits

Path: TypeAlias = tuple[str | int, ...]
"""Steps into a value: attribute names and list indexes."""

_DEEPEST = 60
"""How deep a value may be nested of which all is compared; deeper ones count as fitting."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of a value that does not fit; an empty path is the value itself."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}" if self.path else self.message


def path_text(path: Path) -> str:
    """Write a path as `rules[0].port`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def mismatches(constraint: TypeConstraint, value: Value, *, defaults: bool = True) -> tuple[Mismatch, ...]:
    """Find every part of `value` that Terraform would refuse for a variable of this type.

    A null fits here: whether a variable takes it is the variable's `nullable`. Defaults of optional
    attributes are put in place first, unless `defaults` is False: such a default itself is checked so.
    """
    # Without `any` inside a collection, each part fits or not by itself, and its place is known.
    found = tuple(_check(constraint, value, ()))
    if found or not _any_in_collection(constraint) or not _is_known(constraint, value):
        return found
    return () if _converts(constraint, value, defaults) else (_place(constraint, value, defaults, ()),)


def ignored_attributes(constraint: TypeConstraint, value: Value) -> tuple[Mismatch, ...]:
    """Find the attributes that Terraform would drop silently, because the type has none of that name."""
    return tuple(_ignored(constraint, value, ()))


def _any_in_collection(constraint: TypeConstraint, *, inside: bool = False) -> bool:
    match constraint:
        case AnyType():
            return inside
        case ListOf(element) | SetOf(element) | MapOf(element):
            return _any_in_collection(element, inside=True)
        case TupleOf(elements):
            return any(_any_in_collection(element, inside=inside) for element in elements)
        case ObjectOf(attributes):
            return any(_any_in_collection(item.type, inside=inside) for item in attributes.values())
        case _:
            return False


def _is_known(constraint: TypeConstraint, value: Value) -> bool:
    """Tell whether all that decides is known: outputs, and defaults that are expressions, are not."""
    return not _is_deep(value) and is_known(value) and not has_unknown_default(constraint)


def _is_deep(value: Value) -> bool:
    level: list[Value] = [value]
    for _ in range(_DEEPEST):
        level = [inner for item in level for inner in _values(item)]
        if not level:
            return False
    return True


def _values(value: Value) -> Iterable[Value]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _converts(constraint: TypeConstraint, value: Value, defaults: bool) -> bool:  # noqa: FBT001
    from cellwright.stacks.types.convert import NoConversionError, convert  # noqa: PLC0415  few types need it
    from cellwright.stacks.types.typed import typed  # noqa: PLC0415  as above

    given = typed(value)
    try:
        convert(with_defaults(constraint, given) if defaults else given, constraint)
    except NoConversionError:
        return False
    return True


def _place(constraint: TypeConstraint, value: Value, defaults: bool, path: Path) -> Mismatch:  # noqa: FBT001
    """Find the innermost part that does not convert by itself."""
    for inner, key, item in _inner(constraint, value):
        if item is not None and not _converts(inner, item, defaults):
            return _place(inner, item, defaults, (*path, key))
    return Mismatch(path, f"the elements of a {constraint} must be of one type")


def _inner(constraint: TypeConstraint, value: Value) -> Iterator[tuple[TypeConstraint, str | int, Value]]:
    match constraint:
        case ListOf(element) | SetOf(element) | MapOf(element):
            members = _members(value, mapping=isinstance(constraint, MapOf)) or ()
            yield from ((element, key, item) for key, item in members)
        case TupleOf(elements):
            for element, (index, item) in zip(elements, _members(value, mapping=False) or (), strict=False):
                yield element, index, item
        case ObjectOf(attributes) if isinstance(value, Mapping):
            yield from ((item.type, name, value[name]) for name, item in attributes.items() if name in value)
        case _:
            return


def _check(constraint: TypeConstraint, value: Value, path: Path) -> Iterator[Mismatch]:
    if value is None or isinstance(value, OutputReference | SecretReference):
        return
    match constraint:
        case Primitive():
            if fault := _primitive_fault(constraint, value):
                yield Mismatch(path, fault)
        case AnyType():
            return
        case ListOf() | SetOf() | MapOf():
            yield from _check_collection(constraint, value, path)
        case TupleOf():
            yield from _check_tuple(constraint, value, path)
        case ObjectOf():
            yield from _check_object(constraint, value, path)
        case _:
            assert_never(constraint)


def _primitive_fault(wanted: Primitive, value: Value) -> str | None:
    if isinstance(value, Template):
        return None
    if not isinstance(value, (bool, int, float, Decimal, str)):
        return _wanted(wanted, value)
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is no number in Terraform"
    match wanted:
        case Primitive.STRING:
            fits = True
        case Primitive.NUMBER:
            fits = primitive_fits(wanted, value) if isinstance(value, str) else not isinstance(value, bool)
        case Primitive.BOOL:
            fits = primitive_fits(wanted, value) if isinstance(value, str) else isinstance(value, bool)
    return None if fits else _wanted(wanted, value)


def _check_collection(constraint: ListOf | SetOf | MapOf, value: Value, path: Path) -> Iterator[Mismatch]:
    items = _members(value, mapping=isinstance(constraint, MapOf))
    if items is None:
        yield Mismatch(path, _wanted(constraint, value))
        return
    for key, item in items:
        yield from _check(constraint.element, item, (*path, key))


def _members(value: Value, *, mapping: bool) -> list[tuple[str | int, Value]] | None:
    if isinstance(value, Mapping):
        return list(value.items()) if mapping else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return None if mapping else list(enumerate(value))
    return None


def _check_tuple(constraint: TupleOf, value: Value, path: Path) -> Iterator[Mismatch]:
    items = _members(value, mapping=False)
    if items is None:
        yield Mismatch(path, _wanted(constraint, value))
    elif len(items) != len(constraint.elements):
        yield Mismatch(path, f"{constraint} has {len(constraint.elements)} elements, this has {len(items)}")
    else:
        for element, (index, item) in zip(constraint.elements, items, strict=True):
            yield from _check(element, item, (*path, index))


def _check_object(constraint: ObjectOf, value: Value, path: Path) -> Iterator[Mismatch]:
    if not isinstance(value, Mapping):
        yield Mismatch(path, _wanted(constraint, value))
        return
    for name, attribute in constraint.attributes.items():
        if name in value:
            yield from _check(attribute.type, value[name], (*path, name))
        elif not attribute.optional:
            meant = nearest(name, (key for key in value if key not in constraint.attributes))
            advice = f" (there is '{meant}')" if meant else ""
            yield Mismatch(path, f"the attribute '{name}' is missing{advice}")


def _ignored(constraint: TypeConstraint, value: Value, path: Path) -> Iterator[Mismatch]:
    match constraint:
        case ObjectOf() if isinstance(value, Mapping):
            for name, item in value.items():
                if name in constraint.attributes:
                    yield from _ignored(constraint.attributes[name].type, item, (*path, name))
                else:
                    meant = nearest(name, constraint.attributes)
                    advice = f"; did you mean '{meant}'?" if meant else ""
                    yield Mismatch((*path, name), f"the type has no attribute '{name}'{advice}")
        case ListOf() | SetOf() | MapOf():
            for key, item in _members(value, mapping=isinstance(constraint, MapOf)) or ():
                yield from _ignored(constraint.element, item, (*path, key))
        case TupleOf():
            items = _members(value, mapping=False) or ()
            for element, (index, item) in zip(constraint.elements, items, strict=False):
                yield from _ignored(element, item, (*path, index))
        case _:
            return


def _wanted(constraint: TypeConstraint, value: Value) -> str:
    return f"{constraint} wanted, this is {_described(value)}"


def _described(value: Value) -> str:
    # The kind only, never the value: the variable may be a sensitive one.
    match value:
        case bool():
            return "a bool"
        case int() | float() | Decimal():
            return "a number"
        case str() | Template():
            return "a string"
        case Mapping():
            return "a mapping"
        case _:
            return "a list"
