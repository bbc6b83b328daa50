"""Which cells are suspended: no rollout changes them."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.lifecycle import LIFECYCLE, SUSPENDED
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError

Suspended: TypeAlias = Callable[[FleetSession], frozenset[CellAddress]]
"""Names the cells of a fleet that are suspended now; never waits for the ledger."""

_FRESH = 30.0
"""Seconds until the fleet's files are looked at again: a cell may be suspended while a rollout goes on."""


@dataclass(slots=True)
class SuspendedCells:
    """Names the cells that say so in their settings, in fleets that have a layer for them."""

    _fleet: Fleet | None = field(init=False, default=None)
    _found: frozenset[CellAddress] = field(init=False, default=frozenset())
    _looked: float | None = field(init=False, default=None)

    def __call__(self, session: FleetSession) -> frozenset[CellAddress]:
        """Name them."""
        levels = {level.name for level in session.levels() if level.suspended is not None}
        if not levels:
            return frozenset()
        if self._looked is None or time.monotonic() - self._looked > _FRESH:
            self._looked = time.monotonic()
            with suppress(DiagnosticError):  # git can't tell: what is known counts on
                session.refresh()
        fleet = session.snapshot().fleet
        if fleet is not self._fleet:
            self._fleet, self._found = fleet, _suspended(fleet, levels)
        return self._found


def _suspended(fleet: Fleet, levels: set[str]) -> frozenset[CellAddress]:
    """Look at the keys of every cell of these levels; resolves none."""
    units = {address.of_cell: address for address in fleet.units if address.level in levels}
    return frozenset(
        cell for cell, unit in units.items() if fleet.units.labels(unit).get(LIFECYCLE) == SUSPENDED
    )
