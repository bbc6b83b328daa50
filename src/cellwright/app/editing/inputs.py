"""Which stack's input, or which key, a place in a cell's file or a layer is."""

from dataclasses import dataclass

from cellwright.app.editing.edited import EditedFleet, PlannedCell
from cellwright.fleet.fleet import Level
from cellwright.model.hidden_keys import overlaps
from cellwright.model.names import means_secret
from cellwright.stacks.contract import Contract, Variable


@dataclass(frozen=True, slots=True)
class InputPlace:
    """An input of a stack, or something in it."""

    level: Level
    stack: str
    steps: tuple[str, ...]
    """The input's name, then the steps into it; none on the stack itself."""
    contract: Contract | None

    @property
    def variable(self) -> Variable | None:
        """The variable, if the stack has it."""
        return self.contract.variables.get(self.steps[0]) if self.contract and self.steps else None


def input_at(fleet: EditedFleet, levels: tuple[Level, ...], path: tuple[str, ...]) -> InputPlace | None:
    """Find the stack that a path leads into; None if it leads elsewhere."""
    levels, path = inside(fleet, levels, path)
    if len(path) < 2 or path[0] != "stacks":  # noqa: PLR2004  `stacks` and its name
        return None
    level = next((item for item in levels if path[1] in item.stacks), None)
    if level is None:
        return None
    return InputPlace(level, path[1], path[2:], fleet.contract(level, path[1]))


def inside(
    fleet: EditedFleet, levels: tuple[Level, ...], path: tuple[str, ...]
) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    """Step into `levels: NAME:`, the section for cells that are placed in this one."""
    if len(path) > 1 and path[0] == "levels":
        return tuple(item for item in fleet.session.levels() if item.name == path[1]), path[2:]
    return levels, path


def is_secret(planned: PlannedCell, place: InputPlace | None, path: tuple[str, ...]) -> bool:
    """Tell whether the value at a path is never shown."""
    if any(map(means_secret, path)):
        return True
    if place is not None and place.steps:
        unit = planned.unit(place.stack)
        variable = place.variable
        return (variable is not None and (variable.sensitive or variable.ephemeral)) or (
            unit is not None and place.steps[0] in unit.secret_inputs
        )
    return any(overlaps(hidden, path) for hidden in planned.cell.sensitive)
