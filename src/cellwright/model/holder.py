"""Who has the name of a cell: it may be given up by one, and be another one's later."""

from collections.abc import Callable

from cellwright.model.address import CellAddress

Holder = Callable[[CellAddress, int | str], CellAddress | None]
"""Gives the present name of who had a name at an event or a time; None of a client that is gone."""


def as_named(cell: CellAddress, _at: int | str) -> CellAddress | None:
    """Take every name for that of who has it now."""
    return cell
