"""Whether anything may be wrong between cells, told from facts alone; the exact words take whole units."""

from collections.abc import Iterable, Mapping

from cellwright.fleet.contracts import Contracts
from cellwright.fleet.cycles import find_cycles
from cellwright.fleet.facts import CellFacts, Ground, Shape, Target, UnitShape
from cellwright.model.address import CellAddress, UnitAddress


def all_sound(facts: Mapping[CellAddress, CellFacts], contracts: Contracts) -> bool:
    """Tell whether no unit takes what is not there, waits for itself, or shares its state."""
    return (
        _links_hold(facts, contracts)
        and not any(_knots(facts))
        and _backends_differ(cell.backends for cell in facts.values())
    )


def _links_hold(facts: Mapping[CellAddress, CellFacts], contracts: Contracts) -> bool:
    """Tell whether every output that is used is given, and everything needed is switched on."""
    shapes = {address: {unit.stack: unit for unit in cell.shape} for address, cell in facts.items()}
    seen: set[tuple[int, Ground]] = set()
    for cell in facts.values():
        # Cells alike on the same ground see the same units.
        view = (id(cell.shape), cell.ground)
        if view in seen:
            continue
        if not all(_unit_holds(unit, cell, shapes, contracts) for unit in cell.shape if unit.enabled):
            return False
        seen.add(view)
    return True


def _unit_holds(
    unit: UnitShape,
    cell: CellFacts,
    shapes: Mapping[CellAddress, Mapping[str, UnitShape]],
    contracts: Contracts,
) -> bool:
    def find(target: Target) -> UnitShape | None:
        address = cell.locate(target)
        return shapes.get(address.of_cell, {}).get(address.stack)

    # A unit that is not there is in a cell that could not be read, which has been told.
    if any((found := find(target)) is not None and not found.enabled for target in unit.upstreams):
        return False
    for target, output in unit.uses:
        used = find(target)
        known = contracts.known(used.pin) if used is not None else None
        if known is not None and output not in known.contract.outputs:
            return False
    return True


def _knots(facts: Mapping[CellAddress, CellFacts]) -> Iterable[object]:
    """Find units that wait for each other.

    Lower levels wait for none above, so each level is looked at alone. A level whose cells name none of their
    own level but themselves can only be tangled within a cell.
    """
    shapes: dict[int, CellFacts] = {}
    wide: dict[str, None] = {}
    for cell in facts.values():
        if id(cell.shape) not in shapes:
            shapes[id(cell.shape)] = cell
            if any(target.cell and target.level == cell.address.level for target in _targets(cell.shape)):
                wide[cell.address.level] = None
    for cell in shapes.values():
        if cell.address.level not in wide:
            yield from find_cycles(_edges([cell]))
    for level in wide:
        yield from find_cycles(_edges(cell for cell in facts.values() if cell.address.level == level))


def _targets(shape: Shape) -> Iterable[Target]:
    return (target for unit in shape if unit.enabled for target in unit.upstreams)


def _edges(cells: Iterable[CellFacts]) -> dict[UnitAddress, list[UnitAddress]]:
    edges: dict[UnitAddress, list[UnitAddress]] = {}
    for cell in cells:
        level, name = cell.address.level, cell.address.cell
        for unit in cell.shape:
            if unit.enabled and unit.upstreams:
                edges[UnitAddress(level, name, unit.stack)] = list(map(cell.locate, unit.upstreams))
    return edges


def _backends_differ(cells: Iterable[tuple[str | None, ...]]) -> bool:
    marks = [mark for cell in cells for mark in cell if mark is not None]
    return len(marks) == len(set(marks))
