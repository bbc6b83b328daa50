"""Finds one type for the elements of a collection of `any`, as Terraform does (go-cty, `unify`)."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    SetOf,
    TupleOf,
    TypeConstraint,
)
from cellwright.stacks.types.preference import by_preference

Convertible: TypeAlias = Callable[[TypeConstraint, TypeConstraint, bool], bool]
"""Tells whether one type converts to another; if the third is False, without a look at the value."""
Unified: TypeAlias = TypeConstraint | None


class Unification:
    """Finds the type that all of several types convert to, or None."""

    def __init__(self, convertible: Convertible, *, unsafe: bool) -> None:
        self._convertible = convertible
        self._unsafe = unsafe

    def of(self, types: Iterable[TypeConstraint]) -> Unified:  # noqa: PLR0911 -- as in go-cty
        """Give the type that all of these convert to."""
        # Each type once: a list of a thousand objects has a few types.
        different = list(dict.fromkeys(types))
        if len(different) < 2:  # noqa: PLR2004 -- nothing to unify
            return different[0] if different else None
        kinds = {type(item) for item in different}
        known = kinds - {AnyType}
        if len(known) == 1 and known <= {MapOf, ListOf, SetOf, ObjectOf, TupleOf}:
            if AnyType in kinds:
                return AnyType()
            return self._of_one_kind(different)
        if known == {MapOf, ObjectOf} and (found := self._objects_as_maps(different)):
            return found
        if known == {ListOf, TupleOf} and (found := self._tuples_as_lists(different)):
            return found
        if known >= {ObjectOf, TupleOf}:
            return None
        return self._most_general(different)

    def _most_general(self, types: Sequence[TypeConstraint]) -> Unified:
        for wanted in by_preference(types):
            if all(item == wanted or self._convertible(item, wanted, self._unsafe) for item in types):
                return wanted
        return None

    def _of_one_kind(self, types: Sequence[TypeConstraint]) -> Unified:
        match types[0]:
            case ListOf() | SetOf() | MapOf() as first:
                element = self.of(item.element for item in types if isinstance(item, type(first)))
                return self._taken(types, type(first)(element)) if element is not None else None
            case ObjectOf():
                return self._objects([item for item in types if isinstance(item, ObjectOf)])
            case TupleOf():
                return self._tuples([item for item in types if isinstance(item, TupleOf)])
            case _:
                return None

    def _objects(self, types: Sequence[ObjectOf]) -> Unified:
        names = types[0].attributes.keys()
        if any(item.attributes.keys() != names for item in types):
            return self._map_of(types)
        attributes: dict[str, ObjectAttribute] = {}
        for name in names:
            found = self.of(item.attributes[name].type for item in types)
            if found is None:
                return None
            attributes[name] = ObjectAttribute(found)
        return self._taken(types, ObjectOf(attributes)) or self._map_of(types)

    def _map_of(self, types: Sequence[ObjectOf]) -> Unified:
        element = self.of(item.type for one in types for item in one.attributes.values())
        return self._taken(types, MapOf(element)) if element is not None else None

    def _tuples(self, types: Sequence[TupleOf]) -> Unified:
        if any(len(item.elements) != len(types[0].elements) for item in types):
            return self._list_of(types)
        found = [self.of(column) for column in zip(*(item.elements for item in types), strict=True)]
        elements = tuple(item for item in found if item is not None)
        if len(elements) < len(found):
            return None
        return self._taken(types, TupleOf(elements)) or self._list_of(types)

    def _list_of(self, types: Sequence[TupleOf]) -> Unified:
        element = self.of(item for one in types for item in one.elements)
        return self._taken(types, ListOf(element)) if element is not None else None

    def _objects_as_maps(self, types: Sequence[TypeConstraint]) -> Unified:
        return self._with(
            types, ObjectOf, self._map_of([item for item in types if isinstance(item, ObjectOf)])
        )

    def _tuples_as_lists(self, types: Sequence[TypeConstraint]) -> Unified:
        return self._with(
            types, TupleOf, self._list_of([item for item in types if isinstance(item, TupleOf)])
        )

    def _with(self, types: Sequence[TypeConstraint], replaced: type, by: Unified) -> Unified:
        if by is None:
            return None
        found = self.of(by if isinstance(item, replaced) else item for item in types)
        return found if isinstance(found, type(by)) else None

    def _taken(self, types: Iterable[TypeConstraint], wanted: TypeConstraint) -> Unified:
        fits = all(item == wanted or self._convertible(item, wanted, self._unsafe) for item in types)
        return wanted if fits else None
