"""Pages of a long list of units."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cellwright.model.address import CellAddress, UnitAddress


def _every(_cell: CellAddress) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the units in the order of their addresses; all of them by default."""

    after: UnitAddress | None = None
    """The last unit of the page before; it need not exist any more."""
    limit: int | None = None
    readable: Callable[[CellAddress], bool] = _every
    """Whether whoever asks may see a cell; units of others are on no page, nor are they named as its end."""

    def of(self, addresses: Iterable[UnitAddress]) -> tuple[tuple[UnitAddress, ...], UnitAddress | None]:
        """The units of this page, and what the next page comes after; None if this is the last."""
        after, readable = self.after, self.readable
        left = sorted(
            item for item in addresses if (after is None or item > after) and readable(item.of_cell)
        )
        if self.limit is None or len(left) <= self.limit:
            return tuple(left), None
        page = tuple(left[: self.limit])
        return page, page[-1]


WHOLE = Page()
