"""The fleet as pages show it at one moment, and what keeps it current between requests."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Condition, Thread
from typing import TypeVar, cast

from cellwright.app.overview.cell_state import CellState, state_with_runs, unit_state
from cellwright.app.overview.compared import Compared, compare, go_on
from cellwright.app.overview.drift import Drift, DriftReader
from cellwright.app.overview.entry import CellEntry
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.read.at_work import AtWork, UnitAtWork
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.runs.change import Status

PATIENCE = 0.5
"""Seconds that a request waits for a newer view while there is an older one to show."""
FRESH = 0.25
"""Seconds in which a view is not looked after again."""
Made = TypeVar("Made")
_LOCAL = "local"
_LOOK_AGAIN = 60.0
"""Seconds after which states on this machine, which no event tells of, are looked at again."""
_SHARE = 10
"""Looking at the fleet's files may take this part of the time."""


@dataclass(frozen=True)
class FleetView:
    """Every cell of a fleet as it stands."""

    compared: Compared
    working: Mapping[CellAddress, Mapping[UnitAddress, UnitAtWork]]
    """The units that runs are at work on, by cell."""
    drift: tuple[Drift, ...]
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
            drift=tuple(item for item in self.drift if item.unit.of_cell in cells),
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


@dataclass(slots=True)
class _Kept:
    view: FleetView | None = None
    made: float = float("-inf")
    """When it was last found to be current."""
    renewing: bool = False
    fault: Exception | None = None
    drift: DriftReader = field(default_factory=DriftReader)
    files_looked_at: float = float("-inf")
    files_took: float = 0.0
    states_looked_at: float = 0.0


class Overview:
    """Keeps the view of one fleet; for all threads.

    Whoever asks first waits until it is made. Afterwards a newer one is made beside it: a request waits
    a moment for that, and takes the older one if it takes longer. So no page stalls while ten thousand cells
    are read again.
    """

    def __init__(
        self, fleet: Callable[[], FleetSession], patience: float = PATIENCE, fresh: float = FRESH
    ) -> None:
        """`fleet` gives the session, refreshed; it is called beside the requests."""
        self._fleet = fleet
        self._patience = patience
        self._fresh = fresh
        self._session: FleetSession | None = None
        self._kept = _Kept()
        self._changed = Condition()

    def view(self) -> FleetView:
        """Give the fleet as it stands.

        Raises:
            DiagnosticError: the fleet or its ledger can't be read, and never could since the server started.
        """
        with self._changed:
            known = self._kept.view
            if known is not None and time.monotonic() - self._kept.made < self._fresh:
                return known
            if not self._kept.renewing:
                self._kept.renewing = True
                Thread(target=self._renew, name="cellwright-overview", daemon=True).start()
            patience = None if known is None else self._patience
            done = self._changed.wait_for(lambda: not self._kept.renewing, patience)
            view, fault = self._kept.view, self._kept.fault
        if fault is not None and (view is None or not isinstance(fault, DiagnosticError)):
            raise fault
        if view is None:
            raise RuntimeError("whoever waits without end gets a view or a fault")
        return replace(view, renewing=not done, fault=fault) if fault or not done else view

    def _renew(self) -> None:
        fault: Exception | None = None
        view = self._kept.view
        try:
            view = self._newer(view)
        except Exception as failure:  # noqa: BLE001  told to whoever asked
            fault = failure
        with self._changed:
            self._kept.view, self._kept.fault = view, fault
            self._kept.made, self._kept.renewing = time.monotonic(), False
            self._changed.notify_all()

    def _newer(self, view: FleetView | None) -> FleetView:
        session = self._refreshed()
        snapshot = session.snapshot()
        known = view.compared if view is not None else None
        if known is None or known.snapshot is not snapshot or self._outdated(snapshot):
            self._kept.states_looked_at = time.monotonic()
            found = compare(session, snapshot)
        else:
            found = go_on(session, known)
        working = _by_cell(AtWork(session.ledger().database).units())
        drift = self._kept.drift.read(session, found) if view is None or found is not known else view.drift
        if view is None or view.compared.settings is not found.settings:
            return FleetView(found, working, drift, session.now())
        unchanged = found.cells is view.cells and working == view.working and drift == view.drift
        if unchanged:  # what has happened shows nowhere
            return view if found is known else replace(view, compared=found)
        now = session.now()
        return replace(view, compared=found, working=working, drift=drift, made=now, _made={})

    def _refreshed(self) -> FleetSession:
        """Look at the fleet's files, unless that would be most of what the server does."""
        since = time.monotonic() - self._kept.files_looked_at
        if self._session is None or since >= self._kept.files_took * _SHARE:
            began = time.monotonic()
            self._session = self._fleet()
            self._kept.files_looked_at = time.monotonic()
            self._kept.files_took = self._kept.files_looked_at - began
        return self._session

    def _outdated(self, snapshot: Snapshot) -> bool:
        since = time.monotonic() - self._kept.states_looked_at
        return snapshot.fleet.backend == _LOCAL and since > _LOOK_AGAIN


def _by_cell(units: Sequence[UnitAtWork]) -> Mapping[CellAddress, Mapping[UnitAddress, UnitAtWork]]:
    found: dict[CellAddress, dict[UnitAddress, UnitAtWork]] = {}
    for item in units:
        of_cell = found.setdefault(item.unit.of_cell, {})
        # Of two runs that want a unit, the one that has its plan made or applied is the one to show.
        known = of_cell.get(item.unit)
        planning = UnitState.PLANNING
        if known is None or known.state is planning or item.state is not planning:
            of_cell[item.unit] = item
    return found
