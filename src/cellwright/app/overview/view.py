"""The fleet as pages show it at one moment."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, cast

from cellwright.app.drift.listing import DriftView
from cellwright.app.overview.cell_state import CellState, state_with_runs, unit_state
from cellwright.app.overview.compared import Compared
from cellwright.app.overview.drift import restricted
from cellwright.app.overview.entry import CellEntry
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.read.at_work import UnitAtWork
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.runs.change import Status

Made = TypeVar("Made")


@dataclass(frozen=True)
class FleetView:
    """Every cell of a fleet as it stands."""

    compared: Compared
    working: Mapping[CellAddress, Mapping[UnitAddress, UnitAtWork]]
    """The units that runs are at work on, by cell."""
    drift: DriftView
    made: datetime
    renewing: bool = False
    """A newer one is being made."""
    fault: DiagnosticError | None = None
    """Why there is no newer one."""
    partial: bool = False
    """Whoever it is for may not see every cell."""
    _made: dict[object, object] = field(default_factory=dict, repr=False, compare=False)
    """What was made of this view, for all who ask for it."""
    _lasting: dict[object, object] = field(default_factory=dict, repr=False, compare=False)
    """What was made of the settings alone: handed on to the views after it while these are the same."""

    @property
    def fleet(self) -> Fleet:
        """The settings."""
        return self.snapshot.fleet

    @property
    def snapshot(self) -> Snapshot:
        """The fleet with all that belongs to it."""
        return self.compared.snapshot

    @property
    def sequence(self) -> int:
        """The ledger's event that it was made after."""
        return self.compared.sequence

    @property
    def cells(self) -> Mapping[CellAddress, CellEntry]:
        """Every cell, by level and name."""
        return self.compared.cells

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the fleet; nothing is told to those who may not see all of it."""
        return () if self.partial else self.fleet.diagnostics

    def shows_run(self, run: str) -> bool:
        """Tell whether a run that is at work concerns a cell of this view."""
        return not self.partial or any(
            item.run == run for units in self.working.values() for item in units.values()
        )

    @property
    def mark(self) -> str:
        """Another one as soon as anything that it shows is another."""
        return f"{self.made.isoformat()}-{self.renewing:d}-{self.fault is not None:d}"

    def state(self, cell: CellEntry) -> CellState:
        """Tell how a cell stands now."""
        working = self.working.get(cell.address)
        if not working:
            return cell.state
        at_work = {address: item.state for address, item in working.items()}
        return state_with_runs(cell.units, at_work, faulty=cell.faulty)

    def unit_state(self, address: UnitAddress, status: Status) -> CellState:
        """Tell how a unit stands now."""
        item = self.working.get(address.of_cell, {}).get(address)
        return unit_state(status, item.state if item else None)

    def run_at(self, cell: CellAddress) -> str | None:
        """Give the run that is at work on a cell; the newest one where there are several."""
        return max((item.run for item in self.working.get(cell, {}).values()), default=None)

    def restricted(self, readable: Callable[[CellEntry], bool]) -> "FleetView":
        """Give the view of somebody who may not see every cell."""
        cells = {address: cell for address, cell in self.cells.items() if readable(cell)}
        return replace(
            self,
            compared=replace(self.compared, cells=cells),
            working={cell: units for cell, units in self.working.items() if cell in cells},
            drift=restricted(self.drift, cells),
            partial=True,
            _made={},
            _lasting={},
        )

    def once(self, key: object, make: Callable[[], Made], *, lasting: bool = False) -> Made:
        """Give what was made under a key, or make it; `lasting` if it depends on nothing but settings."""
        kept = self._lasting if lasting else self._made
        if key not in kept:
            kept[key] = make()
        return cast("Made", kept[key])

    def again(self, key: object, make: Callable[[], Made]) -> Made:
        """Make anew what is kept under a key."""
        made = make()
        self._made[key] = made
        return made

    @property
    def states(self) -> Mapping[CellAddress, CellState]:
        """How each cell stands."""
        return self.once("states", self._states)

    @property
    def counts(self) -> Mapping[str, Counter[CellState]]:
        """How many cells of each level stand how; levels in the fleet's order, the worst states first."""
        return self.once("counts", self._counts)

    def _states(self) -> Mapping[CellAddress, CellState]:
        found = {address: cell.state for address, cell in self.cells.items()}
        return found | {cell: self.state(self.cells[cell]) for cell in self.working if cell in found}

    def _counts(self) -> Mapping[str, Counter[CellState]]:
        found: dict[str, Counter[CellState]] = {level.name: Counter() for level in self.fleet.levels}
        for address, state in self.states.items():
            found.setdefault(address.level, Counter())[state] += 1
        return {
            level: Counter({state: counts[state] for state in CellState if counts[state]})
            for level, counts in found.items()
        }
