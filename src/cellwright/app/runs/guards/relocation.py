"""Units whose cell is placed elsewhere than where they were applied: Terraform can't bring resources there.

With the other place come other credentials, or another region. A plan made with them finds nothing of what
the state names, and would make all of it anew; what is there would stay without anybody who knows it.
"""

from collections.abc import Mapping
from typing import Any

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.stale_plan import RELOCATE
from cellwright.fleet.fleet import Cell, Level, levels_below
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.model.address import CellAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.event import CELL_RELOCATED
from cellwright.model.unit import Unit

_RELOCATED = EventFilter(actions=(Pattern(CELL_RELOCATED, "."),))
_WHERE = (
    "account",
    "account_id",
    "aws_account_id",
    "region",
    "aws_region",
    "location",
    "project",
    "project_id",
    "subscription",
    "subscription_id",
    "tenant",
)
"""Settings of a place that say where it is: with other ones its resources are elsewhere."""


def relocation(fleet: OpenFleet, unit: Unit, applied: AppliedUnit) -> tuple[str, str] | None:
    """Tell from which place to which one a unit goes by its settings; None if it stays where it is.

    Two places are one if nothing but their names tells them apart.
    """
    level = next(item for item in fleet.fleet.levels if item.name == unit.address.level)
    recorded: Any = applied.recipe.get("labels") or {}
    before, now = recorded.get(level.placement), unit.labels.get(level.placement or "")
    if not before or not now or before == now:
        return None
    places = [_place(fleet, level, name) for name in (before, now)]
    if all(places) and _where(places[0]) == _where(places[1]):
        return None
    return str(before), now


def relocation_fault(fleet: OpenFleet, unit: Unit, applied: AppliedUnit) -> Diagnostic | None:
    """Say that a unit was applied in another place; None if it was not, or that is meant."""
    found = relocation(fleet, unit, applied)
    cell = unit.address.of_cell
    if found is None or found == accepted_relocation(fleet, cell):
        return None
    from cellwright.capacity.places import setting_position  # noqa: PLC0415  few cells were moved

    before, now = found
    key = next(item.placement for item in fleet.fleet.levels if item.name == cell.level) or ""
    return error(
        f"{unit.address} was applied in the {key} '{before}', and is placed in '{now}' now: Terraform can't "
        "bring resources to another account or region",
        f"write `{key}: {before}` again. The way to '{now}': onboard a new client there, bring over its "
        f"data, then offboard this one. {RELOCATE} {cell} --dry-run",
        setting_position(fleet.fleet, cell, key),
    )


def accepted_relocation(fleet: OpenFleet, cell: CellAddress) -> tuple[str, str] | None:
    """Give the former and the new place of the cell's relocation that was allowed last; None: none was."""
    for event in fleet.ledger.reader.latest_events(1, str(cell), _RELOCATED):
        return str(event.detail.get("from")), str(event.detail.get("to"))
    return None


def _place(fleet: OpenFleet, level: Level, name: str) -> Cell | None:
    below = reversed(levels_below(fleet.fleet.levels, level.name))
    found = (fleet.fleet.cells.get(CellAddress(item.name, name)) for item in below)
    return next((cell for cell in found if cell is not None), None)


def _where(cell: Cell | None) -> Mapping[str, Any]:
    """What tells where a place is, and with which credentials it is reached."""
    if cell is None:
        return {}
    return {"environment": dict(cell.environment), **{name: cell.settings.get(name) for name in _WHERE}}
