"""Fast pre-check of what concerns several cells, from summaries; `exact` makes the diagnostics."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cellwright.fleet.checks.cycles import find_cycles
from cellwright.fleet.resolve.cell_summary import CellSummary, LowerCells, Target, UnitSummaries, UnitSummary
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.model.address import CellAddress, UnitAddress


class _Link(NamedTuple):
    """What a unit takes from another one."""

    target: Target
    output: str | None
    """None: it needs the unit, and takes nothing."""
    is_open: bool = False
    """It goes into a variable that is not marked sensitive."""


def has_no_faults(cells: Mapping[CellAddress, CellSummary], contracts: Contracts) -> bool:
    """Tell whether no unit uses a missing output, shows a secret, depends on itself, or shares its state."""
    return (
        _links_hold(cells, contracts)
        and not any(_cycles(cells))
        and _backends_differ(cell.backends for cell in cells.values())
    )


def _links_hold(cells: Mapping[CellAddress, CellSummary], contracts: Contracts) -> bool:
    """Tell whether every output that is used exists, and every unit that is needed is enabled."""
    links = _Links(cells, contracts)
    return all(links.hold(cell) for cell in cells.values())


class _Links:
    """Checks what units take from others, once for all cells with equal unit summaries and lower cells."""

    def __init__(self, cells: Mapping[CellAddress, CellSummary], contracts: Contracts) -> None:
        self._cells = cells
        self._contracts = contracts
        self._outer_links: dict[int, frozenset[_Link] | None] = {}
        self._checked: dict[tuple[_Link, LowerCells], bool] = {}

    def hold(self, cell: CellSummary) -> bool:
        key = id(cell.units)
        if key not in self._outer_links:
            self._outer_links[key] = self._own_links(cell)
        outer_links = self._outer_links[key]
        return outer_links is not None and all(self._link_holds(link, cell) for link in outer_links)

    def _own_links(self, cell: CellSummary) -> frozenset[_Link] | None:
        """Check the links between own units; give those to other cells, None if one is broken."""
        own = {unit.stack: unit for unit in cell.units}
        links = {link for unit in cell.units if unit.enabled for link in _links(unit)}
        inner_links = [(own.get(link.target.stack), link) for link in links if not link.target.level]
        if not all(self._has_output(unit, link) for unit, link in inner_links):
            return None
        return frozenset(link for link in links if link.target.level)

    def _link_holds(self, link: _Link, cell: CellSummary) -> bool:
        key = (link, cell.lower_cells)
        known = self._checked.get(key)
        if known is None:
            address = cell.locate(link.target)
            there = self._cells.get(address.of_cell)
            units = there.units if there is not None else ()
            found = next((unit for unit in units if unit.stack == address.stack), None)
            known = self._checked[key] = self._has_output(found, link)
        return known

    def _has_output(self, unit: UnitSummary | None, link: _Link) -> bool:
        if unit is None:
            # It is in a cell that could not be read; that is reported elsewhere.
            return True
        if link.output is None or not unit.enabled:
            return unit.enabled
        known = self._contracts.known(unit.pin)
        if known is None:
            return True
        output = known.contract.outputs.get(link.output)
        return output is not None and not (link.is_open and output.sensitive)


def _links(unit: UnitSummary) -> Iterable[_Link]:
    """Give the units that a unit needs, and the outputs that it uses."""
    yield from (_Link(target, None) for target in unit.upstreams)
    yield from (_Link(target, output) for target, output in unit.uses)
    yield from (_Link(target, output, is_open=True) for target, output in unit.open_uses)


def _cycles(cells: Mapping[CellAddress, CellSummary]) -> Iterable[object]:
    """Find cycles of dependencies.

    Lower levels depend on none above, so each level is checked alone. In a level whose cells name no other
    cell of that level, a cycle can only be within a cell.
    """
    examples: dict[int, CellSummary] = {}
    wide: dict[str, None] = {}
    for cell in cells.values():
        if id(cell.units) not in examples:
            examples[id(cell.units)] = cell
            if any(target.cell and target.level == cell.address.level for target in _targets(cell.units)):
                wide[cell.address.level] = None
    for cell in examples.values():
        if cell.address.level not in wide:
            yield from find_cycles(_edges([cell]))
    for level in wide:
        yield from find_cycles(_edges(cell for cell in cells.values() if cell.address.level == level))


def _targets(units: UnitSummaries) -> Iterable[Target]:
    return (target for unit in units if unit.enabled for target in unit.upstreams)


def _edges(cells: Iterable[CellSummary]) -> dict[UnitAddress, list[UnitAddress]]:
    edges: dict[UnitAddress, list[UnitAddress]] = {}
    for cell in cells:
        level, name = cell.address.level, cell.address.cell
        for unit in cell.units:
            if unit.enabled and unit.upstreams:
                edges[UnitAddress(level, name, unit.stack)] = list(map(cell.locate, unit.upstreams))
    return edges


def _backends_differ(backends: Iterable[tuple[str | None, ...]]) -> bool:
    digests = [digest for cell in backends for digest in cell if digest is not None]
    return len(digests) == len(set(digests))
