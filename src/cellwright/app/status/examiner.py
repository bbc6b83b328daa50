"""Looks at units as their cells are resolved, so that they need not be resolved again for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.standing import Surveyor


@dataclass(frozen=True, slots=True)
class Examiner:
    """A load's witness that finds where units stand; what they wait for is somebody else's question."""

    surveyor: Surveyor
    forked: Callable[[], None]
    _told: dict[CellAddress, Mapping[str, tuple[Packed, str | None]]] = field(default_factory=dict)

    def begin_copy(self) -> None:
        """Let go of the ledger's connection, which belongs to the other process."""
        self.forked()

    def see(self, resolved: ResolvedCell) -> Packed:
        """Look at the units that are there."""
        found = {}
        for unit in resolved.units:
            if unit.enabled:
                status, digest = self.surveyor.examine(unit, ready=True)
                found[unit.address.stack] = (pack_status(status), digest)
        return found

    def note(self, address: CellAddress, told: Packed) -> None:
        """Keep what was found about a cell's units."""
        self._told[address] = told

    def status(self, address: UnitAddress) -> UnitStatus | None:
        """Tell where a unit stands; None if it was not seen."""
        found = self._told.get(address.of_cell, {}).get(address.stack)
        return unpack_status(found[0]) if found is not None else None

    def digests(self) -> Iterator[tuple[CellAddress, Mapping[str, str | None]]]:
        """Yield the digests of the settings of every unit that was seen, by cell and stack."""
        for cell, units in self._told.items():
            yield cell, {stack: digest for stack, (_, digest) in units.items()}


def pack_status(status: UnitStatus) -> Packed:
    """Write where a unit stands as built-in types."""
    address = status.address
    reasons = [(reason.kind.value, reason.summary) for reason in status.reasons]
    return (address.level, address.cell, address.stack, status.status.value, reasons)


def unpack_status(plain: Packed) -> UnitStatus:
    """Read what `pack_status` wrote."""
    level, cell, stack, status, reasons = plain
    told = tuple(Reason(ReasonKind(kind), summary) for kind, summary in reasons)
    return UnitStatus(UnitAddress(level, cell, stack), Status(status), told)
