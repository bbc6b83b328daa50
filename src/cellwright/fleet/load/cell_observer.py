"""Somebody who looks at cells while they are at hand: making them again would take as long as loading."""

from typing import Protocol

from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.model.address import CellAddress


class Witness(Protocol):
    """Sees every cell that is resolved during a load; not those that are recalled."""

    def begin_copy(self) -> None:
        """Called first in a copy of the process: connections can't be shared with it."""

    def see(self, resolved: ResolvedCell) -> Packed:
        """Look at a cell, perhaps in a copy of the process; gives built-in types.

        It may have the units of some stacks alone: those that may have changed.
        """

    def note(self, address: CellAddress, told: Packed) -> None:
        """Take what `see` gave, in the process that loads."""
