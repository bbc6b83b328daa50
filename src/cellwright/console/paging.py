"""A page of a list that is at hand as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

SIZE = 200
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[_Row]):
    """Some rows of a list."""

    rows: Sequence[_Row]
    total: int
    page: int
    pages: int


def page_of(rows: Sequence[_Row], page: int, size: int = SIZE) -> ListPage[_Row]:
    """Give a page; one beyond the last is the last."""
    pages = max(1, -(-len(rows) // size))
    chosen = min(max(1, page), pages)
    shown = rows[(chosen - 1) * size : chosen * size]
    return ListPage(rows=shown, total=len(rows), page=chosen, pages=pages)
