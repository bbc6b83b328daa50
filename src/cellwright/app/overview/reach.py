"""At which cells somebody may do something: now, and in what was recorded of a name that others had then."""

from collections.abc import Callable
from dataclasses import dataclass

from cellwright.model.address import CellAddress
from cellwright.model.holder import Holder, as_named


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Tells at which cells somebody may do something."""

    allowed: Callable[[CellAddress], bool]
    holder_of: Holder = as_named

    def __call__(self, cell: CellAddress) -> bool:
        """Tell whether they may at a cell as it is named now."""
        return self.allowed(cell)

    def at(self, moment: int | str) -> "Reach":
        """Give the same of names as they were at an event, or a time."""
        if self is everything:
            return self
        known: dict[CellAddress, bool] = {}

        def then(cell: CellAddress) -> bool:
            if cell not in known:
                holder = self.holder_of(cell, moment)
                known[cell] = holder is not None and self.allowed(holder)
            return known[cell]

        return Reach(then)


everything = Reach(lambda _cell: True)
"""Lets every cell be seen."""
