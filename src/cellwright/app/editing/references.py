"""What a reference `${...}` leads to: an output, a key of the cell, a key of the cell it is placed in."""

from dataclasses import dataclass

from cellwright.app.editing.edited import EditedFleet, PlannedCell
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import Level
from cellwright.model.position import Position
from cellwright.stacks.contract import Output

_FIXED = {
    "unit": dict.fromkeys(("address", "level", "cell", "stack"), "of the unit"),
    "fleet": {"name": "the fleet's name"},
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to."""

    what: str
    position: Position | None
    text: str = ""
    """What its declaration says of it."""


def target_of(fleet: EditedFleet, level: Level, planned: PlannedCell | None, reference: str) -> Target | None:
    """Follow a reference; None if it leads nowhere that has a place."""
    head, *path = reference.split(".")
    if head == "output":
        found = _output(fleet, level, tuple(path))
        return _output_target(*found) if found is not None else None
    if planned is None or not path:
        return None
    if head == "cell":
        setting = planned.setting(path)
        return (
            Target(f"key `{'.'.join(path)}` of {planned.address}", setting.node.position) if setting else None
        )
    host = planned.cell.placement
    if head == level.placement and host is not None and host in planned.fleet.cells:
        return Target(f"key `{'.'.join(path)}` of {host}", planned.fleet.cells[host].position)
    return None


def _output_target(stack: str, output: Output) -> Target:
    return Target(f"output `{output.name}` of {stack}", output.position, output.description)


def _output(fleet: EditedFleet, level: Level, path: tuple[str, ...]) -> tuple[str, Output] | None:
    found = _stack_of(fleet, level, path)
    if found is None:
        return None
    owner, stack, rest = found
    contract = fleet.contract(owner, stack)
    if contract is None or not rest or rest[0] not in contract.outputs:
        return None
    return f"{owner.name}.{stack}", contract.outputs[rest[0]]


def _stack_of(
    fleet: EditedFleet, level: Level, path: tuple[str, ...]
) -> tuple[Level, str, tuple[str, ...]] | None:
    """Read STACK.rest, LEVEL.STACK.rest or LEVEL/CELL/STACK.rest."""
    if not path:
        return None
    if path[0] in level.stacks:
        return level, path[0], path[1:]
    named, *steps = path[0].split("/")
    owner = next((item for item in fleet.session.levels() if item.name == named), None)
    if owner is None:
        return None
    if len(steps) == 2 and steps[1] in owner.stacks:  # noqa: PLR2004  a cell and a stack
        return owner, steps[1], path[1:]
    if not steps and len(path) > 1 and path[1] in owner.stacks:
        return owner, path[1], path[2:]
    return None


def continuations(
    fleet: EditedFleet, level: Level, planned: PlannedCell | None, typed: str
) -> dict[str, str]:
    """Give what the last step of a reference may be, with a word on each."""
    *steps, _ = typed.split(".")
    if not steps:
        heads = {
            "cell": "a key of the cell",
            "output": "another unit's output",
            "secret": "a secret",
            "unit": "the unit's own names",
            "fleet": "the fleet",
        }
        return {**heads, **({level.placement: "where the cell is placed"} if level.placement else {})}
    head, *path = steps
    if head == "output":
        return _outputs(fleet, level, tuple(path))
    if head in _FIXED:
        return dict(_FIXED[head])
    return _of_cell(level, planned, head, path) if planned is not None else {}


def _of_cell(level: Level, planned: PlannedCell, head: str, path: list[str]) -> dict[str, str]:
    if head == "secret" and not path:
        return dict.fromkeys(planned.fleet.secrets, "a source of secrets")
    if head == "cell":
        return _cell_keys(planned, tuple(path))
    host = planned.cell.placement
    if head == level.placement and host is not None and host in planned.fleet.cells and not path:
        return {"name": "", **dict.fromkeys(planned.fleet.cells[host].settings, f"a key of {host}")}
    return {}


def _cell_keys(planned: PlannedCell, path: tuple[str, ...]) -> dict[str, str]:
    setting = planned.setting(path)
    found = [] if setting is None else [key for key, _ in setting.present() if path or key not in RESERVED]
    built_in = () if path else ("name", "level")
    return dict.fromkeys((*built_in, *found), "a key of the cell")


def _outputs(fleet: EditedFleet, level: Level, path: tuple[str, ...]) -> dict[str, str]:
    levels = fleet.session.levels()
    below = levels[: next((at for at, item in enumerate(levels) if item.name == level.name), 0)]
    if not path:
        return {
            **dict.fromkeys(level.stacks, "a stack of this level"),
            **{item.name: "a level below" for item in below},
        }
    found = _stack_of(fleet, level, path)
    if found is not None:
        contract = fleet.contract(found[0], found[1]) if not found[2] else None
        return {name: item.description for name, item in contract.outputs.items()} if contract else {}
    owner = next((item for item in below if (item.name,) == path), None)
    return dict.fromkeys(owner.stacks, f"a stack of {owner.name}") if owner is not None else {}
