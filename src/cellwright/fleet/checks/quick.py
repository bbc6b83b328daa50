"""Whether anything may be wrong between cells, told from facts alone; the exact words take whole units."""

from collections.abc import Iterable, Mapping

from cellwright.fleet.checks.cycles import find_cycles
from cellwright.fleet.resolve.cell_summary import CellFacts, Ground, Shape, Target, UnitShape
from cellwright.fleet.resolve.contracts import Contracts
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
    links = _Links(facts, contracts)
    return all(links.hold(cell) for cell in facts.values())


class _Links:
    """Looks at what units take from others: once for all cells that see the same."""

    def __init__(self, facts: Mapping[CellAddress, CellFacts], contracts: Contracts) -> None:
        self._facts = facts
        self._contracts = contracts
        self._outward: dict[int, frozenset[tuple[Target, str | None]] | None] = {}
        self._seen: dict[tuple[Target, str | None, Ground], bool] = {}

    def hold(self, cell: CellFacts) -> bool:
        key = id(cell.shape)
        if key not in self._outward:
            self._outward[key] = self._within(cell)
        outward = self._outward[key]
        return outward is not None and all(self._given(link, cell) for link in outward)

    def _within(self, cell: CellFacts) -> frozenset[tuple[Target, str | None]] | None:
        """Look at the links between own units; give those that lead out, None if one does not hold."""
        own = {unit.stack: unit for unit in cell.shape}
        links = {link for unit in cell.shape if unit.enabled for link in _links(unit)}
        inward = [(own.get(target.stack), output) for target, output in links if not target.level]
        if not all(self._gives(unit, output) for unit, output in inward):
            return None
        return frozenset(link for link in links if link[0].level)

    def _given(self, link: tuple[Target, str | None], cell: CellFacts) -> bool:
        key = (*link, cell.ground)
        known = self._seen.get(key)
        if known is None:
            address = cell.locate(link[0])
            there = self._facts.get(address.of_cell)
            units = there.shape if there is not None else ()
            found = next((unit for unit in units if unit.stack == address.stack), None)
            known = self._seen[key] = self._gives(found, link[1])
        return known

    def _gives(self, unit: UnitShape | None, output: str | None) -> bool:
        if unit is None:
            # It is in a cell that could not be read, which has been told.
            return True
        if output is None or not unit.enabled:
            return unit.enabled
        known = self._contracts.known(unit.pin)
        return known is None or output in known.contract.outputs


def _links(unit: UnitShape) -> Iterable[tuple[Target, str | None]]:
    """Give what a unit needs, and which outputs it takes."""
    return (*((target, None) for target in unit.upstreams), *unit.uses)


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
