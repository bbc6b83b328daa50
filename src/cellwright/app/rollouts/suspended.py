"""Which cells are suspended: no rollout changes them."""

from collections.abc import Callable
from typing import TypeAlias

from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress

Suspended: TypeAlias = Callable[[FleetSession], frozenset[CellAddress]]
"""Names the cells of a fleet that are suspended now; reads files at most, and never waits for the ledger."""


def no_cell(_: FleetSession) -> frozenset[CellAddress]:
    """Name none."""
    return frozenset()
