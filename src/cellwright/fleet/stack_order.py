"""The order in which people read a fleet: levels as fleet.yaml has them, stacks after what they need."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from cellwright.fleet.fleet import Fleet, Level
from cellwright.fleet.load.unit_table import UnitTable
from cellwright.fleet.resolve.cell_summary import UnitSummaries
from cellwright.model.address import CellAddress, UnitAddress

FleetOrder: TypeAlias = Mapping[str, tuple[str, ...]]
"""The levels, lowest first, each with its stacks in order."""


def fleet_order(fleet: Fleet) -> FleetOrder:
    """Tell in which order levels and stacks are shown; resolves nothing."""
    layouts: dict[str, dict[int, UnitSummaries]] = {}
    summaries = fleet.units.summaries if isinstance(fleet.units, UnitTable) else {}
    for address, summary in summaries.items():
        layouts.setdefault(address.level, {})[id(summary.units)] = summary.units  # many cells share one
    return {level.name: _stacks(level, layouts.get(level.name, {}).values()) for level in fleet.levels}


def _stacks(level: Level, layouts: Iterable[UnitSummaries]) -> tuple[str, ...]:
    upstreams: dict[str, set[str]] = {name: set(stack.needs) for name, stack in level.stacks.items()}
    for units in layouts:
        for unit in units:
            own = (target.stack for target in unit.upstreams if not target.level)
            upstreams.setdefault(unit.stack, set()).update(own)
    found: dict[str, None] = {}
    begun: set[str] = set()

    def add(stack: str) -> None:
        if stack in begun:
            return  # listed already, or cells of the level depend on each other's stacks in a circle
        begun.add(stack)
        for name in named:
            if name in upstreams[stack]:
                add(name)
        found[stack] = None

    named = tuple(upstreams)
    for stack in named:
        add(stack)
    return tuple(found)


def cells_in_order(cells: Iterable[CellAddress], order: FleetOrder) -> list[CellAddress]:
    """Sort cells by level, then by name; cells of levels that the fleet has no more come last."""
    rank = {level: number for number, level in enumerate(order)}
    return sorted(cells, key=lambda cell: (rank.get(cell.level, len(rank)), cell))


def units_in_order(units: Iterable[UnitAddress], order: FleetOrder) -> list[UnitAddress]:
    """Sort units by level, then by cell, then by stack; what the fleet has no more comes last."""
    levels = {level: number for number, level in enumerate(order)}
    ranks = {level: {stack: number for number, stack in enumerate(stacks)} for level, stacks in order.items()}

    def place(unit: UnitAddress) -> tuple[int, CellAddress, int, str]:
        stacks = ranks.get(unit.level, {})
        level, stack = levels.get(unit.level, len(levels)), stacks.get(unit.stack, len(stacks))
        return level, unit.of_cell, stack, unit.stack

    return sorted(units, key=place)
