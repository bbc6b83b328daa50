"""What a rollout asks of the fleet as it is now: who has left, who is suspended, and which freezes hold.

All else of a rollout stays as it was at its start.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.app.rollouts.known_cells import known_cells
from cellwright.app.rollouts.suspended import Suspended, no_cell
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import cell_name
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.rollout_settings import FreezeSettings
from cellwright.rollout.cells import KnownCell, chosen
from cellwright.rollout.plan import Freeze, RolloutPlan, milliseconds_of
from cellwright.rollout.state import RolloutState
from cellwright.rollout.waves import REMOVED

LEFT = "it has left the fleet"
SUSPENDED = "it is suspended"
_THOUSAND = 1000
_FOR_EVER = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The fleet as it is now."""

    names: Mapping[str, set[str]]
    """Of the cells of each level, without levels whose folder can't be read."""
    suspended: frozenset[CellAddress] = frozenset()
    freezes: tuple[tuple[Freeze, frozenset[CellAddress] | None], ...] = ()
    """Those that hold now, with their cells; None: all of them."""

    def gone(self, plan: RolloutPlan, state: RolloutState) -> dict[int, str]:
        """Give the places of cells that are not over and are to be skipped, and why."""
        removed = {place for stage in plan.stages if stage.wave == REMOVED for place in stage.cells}
        found: dict[int, str] = {}
        for place, cell in enumerate(plan.cells):
            if place in removed or state.cells[place].phase.is_over:
                continue
            names = self.names.get(cell.address.level)
            if names is not None and cell.address.cell not in names:
                found[place] = LEFT
            elif cell.address in self.suspended:
                found[place] = SUSPENDED
        return found

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
    suspended: Suspended = no_cell
    _fleet: Fleet | None = field(init=False, default=None)
    _known: tuple[KnownCell, ...] = field(init=False, default=())

    def now(self) -> Circumstances:
        """Look. Not to be called while the ledger is locked: it may wait for the files."""
        return Circumstances(
            names=_cell_names(self.session),
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


def _freeze(item: FreezeSettings) -> Freeze:
    return Freeze(milliseconds_of(item.begin), milliseconds_of(item.end), item.reason)


def _cell_names(session: FleetSession) -> Mapping[str, set[str]]:
    """Look at names of files only."""
    names: dict[str, set[str]] = {}
    for level in session.levels():
        with suppress(OSError), os.scandir(session.root / level.cells) as entries:
            names[level.name] = {name for entry in entries if (name := cell_name(entry)) is not None}
    return names
