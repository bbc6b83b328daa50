"""What a rollout asks of the fleet as it is now: who has left, who is suspended, and which freezes hold.

All else of a rollout stays as it was at its start.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.rollouts.known_cells import known_cells
from cellwright.app.rollouts.suspended import Suspended, SuspendedCells
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import cell_name
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.rollout_settings import FreezeSettings
from cellwright.rollout.cells import KnownCell, chosen
from cellwright.rollout.plan import Freeze, RolloutPlan, milliseconds_of
from cellwright.rollout.waves import REMOVED

LEFT = "it has left the fleet"
SUSPENDED = "it is suspended"
_THOUSAND = 1000
_FOR_EVER = 1 << 62
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a folder has another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The fleet as it is now."""

    names: Mapping[str, set[str]]
    """Of the cells of each level, without levels whose folder can't be read."""
    suspended: frozenset[CellAddress] = frozenset()
    freezes: tuple[tuple[Freeze, frozenset[CellAddress] | None], ...] = ()
    """Those that hold now, with their cells; None: all of them."""

    def gone(self, plan: RolloutPlan, place: int) -> str:
        """Tell why a cell is to be skipped; empty if it is not."""
        cell = plan.cells[place].address
        if plan.stage_of(place).wave == REMOVED:
            return ""
        names = self.names.get(cell.level)
        if names is not None and cell.cell not in names:
            return LEFT
        return SUSPENDED if cell in self.suspended else ""

    def frozen(self, plan: RolloutPlan) -> dict[int, Freeze]:
        """Give the places of cells that are frozen now, whatever the plan says."""
        return {
            place: freeze
            for freeze, members in self.freezes
            for place, cell in enumerate(plan.cells)
            if members is None or cell.address in members
        }


@dataclass(slots=True)
class Surroundings:
    """Tells how a fleet is now; keeps what took long to find out."""

    session: FleetSession
    suspended: Suspended = field(default_factory=SuspendedCells)
    _fleet: Fleet | None = field(init=False, default=None)
    _known: tuple[KnownCell, ...] = field(init=False, default=())
    _names: dict[str, tuple[int, set[str]]] = field(init=False, default_factory=dict)

    def now(self) -> Circumstances:
        """Look. Not to be called while the ledger is locked: it may wait for the files."""
        return Circumstances(
            names=self._cell_names(),
            suspended=self.suspended(self.session),
            freezes=tuple(self._freezes()),
        )

    def _freezes(self) -> list[tuple[Freeze, frozenset[CellAddress] | None]]:
        try:
            declared = self.session.rollouts().freezes
        except DiagnosticError as fault:
            # Nobody can tell whether a freeze holds: so nothing begins until it can be read.
            why = f"fleet.yaml can't be read: {fault.diagnostics[0].summary}"
            return [(Freeze(0, _FOR_EVER, why), None)]
        now = int(self.session.now().timestamp() * _THOUSAND)
        found = [(_freeze(item), item) for item in declared]
        return [(freeze, self._members(item)) for freeze, item in found if freeze.holds(now)]

    def _members(self, freeze: FreezeSettings) -> frozenset[CellAddress]:
        fleet = self.session.snapshot().fleet
        if fleet is not self._fleet:
            self._fleet, self._known = fleet, known_cells(fleet)
        return frozenset(cell.address for cell in chosen(self._known, freeze.cells))

    def _cell_names(self) -> Mapping[str, set[str]]:
        """Look at names of files only."""
        names: dict[str, set[str]] = {}
        for level in self.session.levels():
            with suppress(OSError):
                names[level.name] = self._names_in(self.session.root / level.cells)
        return names

    def _names_in(self, folder: Path) -> set[str]:
        """List a folder, unless it is as it was; of what has just changed, the time tells nothing."""
        stamp = folder.stat().st_mtime_ns
        known = self._names.get(str(folder))
        if known is not None and known[0] == stamp:
            return known[1]
        settled = stamp < time.time_ns() - _SETTLED
        with os.scandir(folder) as entries:
            names = {name for entry in entries if (name := cell_name(entry)) is not None}
        self._names[str(folder)] = (stamp if settled else 0, names)
        return names


def _freeze(item: FreezeSettings) -> Freeze:
    return Freeze(milliseconds_of(item.begin), milliseconds_of(item.end), item.reason)
