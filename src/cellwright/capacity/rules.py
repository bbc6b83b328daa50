"""Rules of placement: which places one allows."""

from collections.abc import Collection

from cellwright.capacity.book import CapacityBook
from cellwright.fleet.capacity import PlacementRule
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.suggestion import advice


def allowed_places(book: CapacityBook, rule: PlacementRule, hosting: Collection[str]) -> tuple[str, ...]:
    """Give the places that a rule allows, among those with a cell in one of the hosting levels, in order.

    Raises:
        DiagnosticError: it names a label that no place has, or allows no place at all.
    """
    places = [
        item.place for item in book.places.values() if any(cell.level in hosting for cell in item.place.cells)
    ]
    if not places:
        raise DiagnosticError(
            error("there is no place for any cell", "add one to the lower levels", rule.position)
        )
    for key, values in rule.labels:
        known = {value for place in places for value in place.labels.get(key, ())}
        if not known:
            names = {name for place in places for name in place.labels}
            raise DiagnosticError(
                error(f"no place has the label '{key}' of the rule {rule}", advice(key, names), rule.position)
            )
        if not known & set(values):
            wanted = " or ".join(f"'{value}'" for value in values)
            detail = advice(values[0], known)
            raise DiagnosticError(
                error(f"no place has {key} {wanted}, as {rule} wants", detail, rule.position)
            )
    found = tuple(
        place.name
        for place in places
        if all(set(values) & set(place.labels.get(key, ())) for key, values in rule.labels)
    )
    if not found:
        raise DiagnosticError(_none_has_all(rule, len(places)))
    return found


def _none_has_all(rule: PlacementRule, places: int) -> Diagnostic:
    return error(
        f"none of the {places} places has all that {rule} wants",
        "leave out a label, or give it to a place: its settings are its labels",
        rule.position,
    )
