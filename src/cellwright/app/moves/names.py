"""A cell's former and new name, on all levels that its files speak of."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.value import OutputReference, Template, Value


@dataclass(frozen=True, slots=True)
class Names:
    """How addresses and values of one cell are said under its new name."""

    cells: Mapping[CellAddress, CellAddress]
    """By the former name; those of all levels that one file speaks of."""

    @property
    def old(self) -> str:
        """The former name alone."""
        return next(iter(self.cells)).cell

    @property
    def new(self) -> str:
        """The new name alone."""
        return next(iter(self.cells.values())).cell

    def unit(self, address: UnitAddress) -> UnitAddress:
        """Give a unit's address under the new name."""
        cell = self.cells.get(address.of_cell)
        return address if cell is None else UnitAddress(cell.level, cell.cell, address.stack)

    def text(self, address: str) -> str:
        """The same for an address as text, also with more behind it: `client/acme/app.url`."""
        for old, new in self.cells.items():
            if address.startswith(f"{old}/"):
                return f"{new}{address.removeprefix(str(old))}"
        return address

    def value(self, value: Value) -> Value:
        """Give a value with its references to the cell's outputs under the new name."""
        if isinstance(value, OutputReference):
            return OutputReference(self.unit(value.unit), value.output, value.path)
        if isinstance(value, Template):
            parts = (item if isinstance(item, str) else self.value(item) for item in value.parts)
            return Template(tuple(parts))  # type: ignore[arg-type]  # a reference stays one
        if isinstance(value, Mapping):
            return {name: self.value(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value
