"""The units of a renamed cell under both names, for reading and writing their states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cellwright.app.moves.names import Names
from cellwright.model.address import UnitAddress
from cellwright.model.unit import Input, Unit


@dataclass(frozen=True, slots=True)
class UnitsOfBoth(Mapping[UnitAddress, Unit]):
    """Units as they are, and as they will be.

    Under both names they take outputs by the former one, as these are recorded until the rename is: OpenTofu
    may be told by them how states are encrypted.
    """

    before: Mapping[UnitAddress, Unit]
    """Of the fleet as it is: it may have the new name already."""
    after: Mapping[UnitAddress, Unit]
    names: Names

    def __getitem__(self, address: UnitAddress) -> Unit:
        """Give a unit.

        Raises:
            KeyError: neither has it.
        """
        if address in self.before and address.of_cell not in self.names.cells.values():
            return self.before[address]
        unit = self.after[self.names.unit(address)]
        back = Names({new: old for old, new in self.names.cells.items()})
        inputs = {name: Input(back.value(item.value), item.origin) for name, item in unit.inputs.items()}
        return replace(unit, address=address, inputs=inputs)

    def __iter__(self) -> Iterator[UnitAddress]:
        """Yield the addresses of both."""
        yield from dict.fromkeys((*self.before, *self.after))

    def __len__(self) -> int:
        """Give how many they are."""
        return len({*self.before, *self.after})
