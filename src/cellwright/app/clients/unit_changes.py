"""What an edit of a cell changes of its units."""

from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.fleet.fleet import Fleet
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.unit import Unit


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What an edit changes of one unit."""

    unit: UnitAddress
    what: str
    """`switched on`, `switched off`, or the names of the inputs that change."""


def unit_changes(before: Fleet, after: Fleet, cell: CellAddress) -> Iterator[UnitChange]:
    """Yield each unit of a cell that differs between two states of the fleet."""
    for address in after.units:
        if address.of_cell != cell:
            continue
        was, is_on = before.units.is_enabled(address), after.units.is_enabled(address)
        if was is not is_on:
            yield UnitChange(address, "switched on" if is_on else "switched off")
        elif is_on:
            old, new = before.units[address], after.units[address]
            names = dict.fromkeys((*new.inputs, *old.inputs))
            changed = [name for name in names if _value(old, name) != _value(new, name)]
            if changed:
                yield UnitChange(address, ", ".join(changed))


def _value(unit: Unit, name: str) -> object:
    return (unit.inputs[name].value,) if name in unit.inputs else None
