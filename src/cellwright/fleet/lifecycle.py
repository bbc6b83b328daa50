"""The key with which a cell's settings say that it is suspended."""

from cellwright.fleet.fleet import Cell
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.value import Value

LIFECYCLE = "lifecycle"
"""A top-level key of a cell's settings."""
SUSPENDED = "suspended"
"""Its value where the level's layer for suspended cells is put on top of all others."""
ACTIVE = "active"
"""The other value: as if there were no such key."""


def is_suspended(cell: Cell | None) -> bool:
    """Tell whether a cell is suspended by its settings."""
    return cell is not None and cell.settings.get(LIFECYCLE) == SUSPENDED


def mark_fault(written: Value, place: Position, level: str, *, known: bool) -> Diagnostic | None:
    """Find what is wrong with the key; `known` tells whether the level has a layer for suspended cells.

    A level without one may use the key for something else.
    """
    if not known and written == SUSPENDED:
        return error(
            f"level '{level}' has no layer for suspended cells, so nothing would be switched off",
            f"name one for it in fleet.yaml: {advice_for(level)}; or remove the key",
            place,
        )
    if known and written not in (SUSPENDED, ACTIVE):
        return error(
            "'lifecycle' is neither 'suspended' nor 'active'", "write one of them, or remove the key", place
        )
    return None


def advice_for(level: str) -> str:
    """Say what fleet.yaml needs so that cells of a level can be suspended."""
    return f"{{name: {level}, ..., lifecycle: {{suspended: lifecycle/suspended.yaml}}}}"
