"""Looks at units as their cells are resolved, so that they need not be resolved again for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.change import UnitStatus
from cellwright.planning.standing import Surveyor


@dataclass(frozen=True, slots=True)
class Examiner:
    """Finds the status of units of resolved cells; what they wait for is somebody else's question."""

    surveyor: Surveyor
    _told: dict[CellAddress, Mapping[str, tuple[UnitStatus, str | None]]] = field(default_factory=dict)

    def __call__(self, resolved: ResolvedCell) -> None:
        """Look at the units that are there."""
        found = {}
        for unit in resolved.units:
            if unit.enabled:
                status, digest = self.surveyor.examine(unit, ready=True)
                found[unit.address.stack] = (status, digest)
        self._told[resolved.address] = found

    def status(self, address: UnitAddress) -> UnitStatus | None:
        """Tell where a unit stands; None if it was not seen."""
        found = self._told.get(address.of_cell, {}).get(address.stack)
        return found[0] if found is not None else None

    def digests(self) -> Iterator[tuple[CellAddress, Mapping[str, str | None]]]:
        """Yield the digests of the settings of every unit that was seen, by cell and stack."""
        for cell, units in self._told.items():
            yield cell, {stack: digest for stack, (_, digest) in units.items()}
