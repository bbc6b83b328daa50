"""Where what the cursor is on is declared: a variable, the layer that set it, an output, a cell."""

from collections.abc import Iterator

from cellwright.app.editing.edited import EditedFleet, PlannedCell, Role
from cellwright.app.editing.fleet_file.definition import fleet_definitions
from cellwright.app.editing.inputs import input_at, inside
from cellwright.app.editing.place import place_at, reference_at
from cellwright.app.editing.references import target_of
from cellwright.model.position import Position


def definitions(fleet: EditedFleet, path: str, line: int, column: int) -> tuple[Position, ...]:
    """Give the places, the best one first; none if there is nothing. Counted from 0, the answer from 1."""
    role = fleet.role(path)
    if role is None:
        return ()
    if not role.levels:
        return fleet_definitions(fleet, line + 1, column + 1)
    text = fleet.text(path)
    place = place_at(text, line, column)
    found = input_at(fleet, role.levels, place.path)
    level = found.level if found is not None else role.levels[-1]
    planned = next((item for item in fleet.planned(path) if item.address.level == level.name), None)
    if reference := reference_at(text, line, column):
        target = target_of(fleet, level, planned, reference)
        return (target.position,) if target is not None and target.position is not None else ()
    return tuple(dict.fromkeys(_places(fleet, role, path, place.path, planned)))


def _places(
    fleet: EditedFleet, role: Role, path: str, written: tuple[str, ...], planned: PlannedCell | None
) -> Iterator[Position]:
    """Yield where a key of a cell or a layer is declared, or was set by other layers."""
    found = input_at(fleet, role.levels, written)
    if found is not None and not found.steps:
        yield found.level.stacks[found.stack].position
    levels, own = inside(fleet, role.levels, written)
    if planned is not None and any(own == (item.placement,) for item in levels):
        host = planned.cell.placement
        if host is not None and host in planned.fleet.cells:
            yield planned.fleet.cells[host].position
        return
    setting = planned.setting(own) if planned is not None and own == written else None
    for layer in reversed(setting.layers() if setting is not None and own else ()):
        if layer.node.layer != path and (found is None or found.steps):
            yield layer.node.position
    if found is not None and found.variable is not None:
        yield found.variable.position
