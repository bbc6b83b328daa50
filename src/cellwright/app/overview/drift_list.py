"""Units with drift, filtered as pages and programs ask for them."""

from enum import Enum

from cellwright.app.drift.listing import DriftGroup, DriftView
from cellwright.ledger.drift.values import UnitDrift


class DriftState(Enum):
    """Which units are meant."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    UNKNOWN = "unknown"


def groups_in(view: DriftView, state: DriftState, words: str = "", group: str = "") -> tuple[DriftGroup, ...]:
    """Give the groups that have a unit whose address holds the words, or the one of that name."""
    found = view.acknowledged if state is DriftState.ACKNOWLEDGED else view.groups
    text = words.casefold()
    return tuple(
        item
        for item in found
        if (not group or item.name == group) and any(text in str(unit.unit).casefold() for unit in item.units)
    )


def listed(
    view: DriftView, state: DriftState, words: str = "", group: str = ""
) -> tuple[tuple[UnitDrift, DriftGroup | None], ...]:
    """Give units with the groups that they are in."""
    text = words.casefold()
    if state is DriftState.UNKNOWN:
        return tuple((unit, None) for unit in view.unknown if text in str(unit.unit).casefold() and not group)
    return tuple(
        (unit, item)
        for item in groups_in(view, state, words, group)
        for unit in item.units
        if text in str(unit.unit).casefold()
    )
