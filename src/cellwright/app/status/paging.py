"""Pages of a long list of units."""

from collections.abc import Iterable
from dataclasses import dataclass

from cellwright.model.address import UnitAddress


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the units in the order of their addresses; all of them by default."""

    after: UnitAddress | None = None
    """The last unit of the page before; it need not exist any more."""
    limit: int | None = None

    def of(self, addresses: Iterable[UnitAddress]) -> tuple[tuple[UnitAddress, ...], UnitAddress | None]:
        """The units of this page, and what the next page comes after; None if this is the last."""
        after = self.after
        left = sorted(addresses if after is None else (item for item in addresses if item > after))
        if self.limit is None or len(left) <= self.limit:
            return tuple(left), None
        page = tuple(left[: self.limit])
        return page, page[-1]


WHOLE = Page()
