"""A fleet's units: counted and ordered by their cells' facts, made whole by the cell when asked for."""

from collections.abc import Collection, Iterator, Mapping

from cellwright.fleet.fleet import OutputUse, Units
from cellwright.fleet.load.resolutions import Resolutions
from cellwright.fleet.resolve.cell_summary import CellFacts, UnitShape
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.unit import Unit


class Roster(Units):
    """Units by their cells' facts."""

    def __init__(self, facts: Mapping[CellAddress, CellFacts], resolutions: Resolutions) -> None:
        self.facts = facts
        """Every cell whose documents could be read."""
        self._resolutions = resolutions
        self._shapes: dict[UnitAddress, UnitShape] | None = None

    def __getitem__(self, address: UnitAddress) -> Unit:
        """Give a unit with its settings; its cell is resolved if it was not yet."""
        if address.of_cell not in self.facts:
            raise KeyError(address)
        for unit in self._resolutions[address.of_cell].units:
            if unit.address.stack == address.stack:
                return unit
        raise KeyError(address)

    def some(self, cell: CellAddress, stacks: Collection[str]) -> tuple[Unit, ...]:
        """Give a cell's units of some stacks; no others are made, and nothing is remembered.

        Raises:
            KeyError: there is no such cell.
        """
        if cell not in self.facts:
            raise KeyError(cell)
        return self._resolutions.part(cell, stacks).units

    def __iter__(self) -> Iterator[UnitAddress]:
        """Yield the units' addresses."""
        return iter(self._all())

    def __len__(self) -> int:
        """Count the units."""
        return sum(len(cell.shape) for cell in self.facts.values())

    def __contains__(self, address: object) -> bool:
        """Tell whether there is such a unit; resolves nothing."""
        return address in self._all()

    def is_enabled(self, address: UnitAddress) -> bool:
        """Tell whether there is such a unit, switched on; resolves nothing."""
        shape = self._all().get(address)
        return shape is not None and shape.enabled

    def labels(self, address: UnitAddress) -> Mapping[str, str]:
        """Give a unit's labels; resolves nothing."""
        cell = self.facts.get(address.of_cell)
        return cell.labels() if cell is not None else {}

    def upstreams(self, address: UnitAddress) -> frozenset[UnitAddress]:
        """Give what a unit depends on; resolves nothing."""
        cell = self.facts[address.of_cell]
        return frozenset(map(cell.locate, self._all()[address].upstreams))

    def uses(self) -> tuple[OutputUse, ...]:
        """Give every place where an enabled unit takes an output; resolves everything."""
        return tuple(use for address in self.facts for use in self._resolutions[address].uses)

    def _all(self) -> dict[UnitAddress, UnitShape]:
        if self._shapes is None:
            self._shapes = {
                UnitAddress(address.level, address.cell, shape.stack): shape
                for address, cell in self.facts.items()
                for shape in cell.shape
            }
        return self._shapes
