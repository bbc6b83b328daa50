"""What depends on what: the stacks of the levels, or the units of one cell with what they stand on."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.overview.cell_state import RANK, CellState, unit_state
from cellwright.app.overview.view import FleetView
from cellwright.fleet.load.unit_table import unit_table
from cellwright.model.address import CellAddress, UnitAddress

MOST = 300
"""So many nodes are drawn; a larger graph helps nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A stack of a level with its units, or one unit."""

    key: str
    title: str
    note: str
    state: CellState | None
    """The worst of its units' states; None if it has none."""
    needs: frozenset[str]
    """The keys of the nodes that it depends on."""
    link: str
    """The path of its page."""


def stack_graph(view: FleetView) -> tuple[GraphNode, ...]:
    """Give every stack of every level, with what units of it depend on."""
    needs: dict[tuple[str, str], set[tuple[str, str]]] = {
        (level.name, stack): set() for level in view.fleet.levels for stack in level.stacks
    }
    seen: set[tuple[str, int]] = set()
    for address, summary in unit_table(view.fleet).summaries.items():
        # Similar cells share their units.
        if address not in view.cells or (address.level, id(summary.units)) in seen:
            continue
        seen.add((address.level, id(summary.units)))
        for unit in summary.units:
            targets = ((target.level or address.level, target.stack) for target in unit.upstreams)
            needs.setdefault((address.level, unit.stack), set()).update(targets if unit.enabled else ())
    counts, worst = _units(view)
    return tuple(
        GraphNode(
            key=f"{level}/{stack}",
            title=stack,
            note=f"{level} · {counts.get((level, stack), 0):,} units",
            state=worst.get((level, stack)),
            needs=frozenset(f"{other}/{name}" for other, name in found if (other, name) in needs),
            link=f"/cells?level={level}",
        )
        for (level, stack), found in needs.items()
    )


def cell_graph(view: FleetView, cell: CellAddress) -> tuple[GraphNode, ...]:
    """Give the enabled units of a cell with all that they stand on."""
    units = view.fleet.units
    found: dict[UnitAddress, frozenset[UnitAddress]] = {}
    summary = unit_table(view.fleet).summaries.get(cell)
    waiting = [
        UnitAddress(cell.level, cell.cell, unit.stack)
        for unit in (summary.units if summary is not None else ())
        if unit.enabled
    ]
    while waiting and len(found) < MOST:
        address = waiting.pop()
        if address in found or address not in units or address.of_cell not in view.cells:
            continue
        found[address] = units.upstreams(address)
        waiting.extend(found[address])
    return tuple(_node(view, address, needs & found.keys()) for address, needs in sorted(found.items()))


def _node(view: FleetView, address: UnitAddress, needs: frozenset[UnitAddress]) -> GraphNode:
    cell = view.cells[address.of_cell]
    status = next((item.status for item in cell.units if item.address == address), None)
    return GraphNode(
        key=str(address),
        title=address.stack,
        note=str(address.of_cell),
        state=None if status is None else view.unit_state(address, status),
        needs=frozenset(map(str, needs)),
        link=f"/units/{address}",
    )


def _units(view: FleetView) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str], CellState]]:
    """Count the units of each stack, and tell how the worst of them stands."""
    counts: dict[tuple[str, str], int] = {}
    worst: dict[tuple[str, str], CellState] = {}
    for cell in view.cells.values():
        working = view.working.get(cell.address, {})
        for item in cell.units:
            key = (item.address.level, item.address.stack)
            at_work = working.get(item.address)
            state = unit_state(item.status, at_work.state if at_work else None)
            counts[key] = counts.get(key, 0) + 1
            if key not in worst or RANK[state] < RANK[worst[key]]:
                worst[key] = state
    return counts, worst
