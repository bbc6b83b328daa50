"""Keeps the fleet as pages show it, and brings it up to date between requests."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Condition, Thread

from cellwright.app.overview.compared import compare, go_on
from cellwright.app.overview.drift import DriftReader
from cellwright.app.overview.during_load import DuringLoad
from cellwright.app.overview.view import FleetView
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.app.status.stopped import is_dead
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.at_work import AtWork, UnitAtWork
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

PATIENCE = 0.5
"""Seconds that a request waits for a newer view while there is an older one to show."""
FRESH = 0.25
"""Seconds in which a view is not looked after again."""
LONG_AGO = float("-inf")
_OWN = 30.0
"""Seconds that whoever has changed something waits for a view that has it."""
_LOCAL = "local"
_LOOK_AGAIN = 60.0
"""Seconds after which states on this machine, which no event tells of, are looked at again."""


class FleetBeingReadError(DiagnosticError):
    """The fleet is being read for the first time since the server was started."""

    def __init__(self, read: int, total: int) -> None:
        self.read = read
        self.total = total
        far = f"{read:,} of {total:,} cells" if 0 < read <= total else f"{total:,} cells" if total else ""
        super().__init__(
            error(f"the fleet is being read{': ' + far if far else ''}", "ask again in a few seconds")
        )


@dataclass(slots=True)
class _Kept:
    view: FleetView | None = None
    began: float = LONG_AGO
    """When it was begun to be made, or to be found current."""
    made: float = LONG_AGO
    """When it was last found to be current."""
    renewing: bool = False
    fault: Exception | None = None
    drift: DriftReader = field(default_factory=DriftReader)
    states_looked_at: float = 0.0
    read: int = 0
    """Cells that the load at work has resolved."""
    total: int = 0
    """All that it has to read."""


def _nothing() -> None:
    pass


class Overview:
    """Keeps the view of one fleet; for all threads.

    Whoever asks first waits until it is made. Afterwards a newer one is made beside it: a request waits
    a moment for that, and takes the older one if it takes longer. So no page stalls while ten thousand cells
    are read again.
    """

    def __init__(
        self,
        fleet: Callable[[], FleetSession],
        patience: float = PATIENCE,
        fresh: float = FRESH,
        first: float | None = None,
        loaded: Callable[[], None] = _nothing,
    ) -> None:
        """`fleet` gives the session, refreshed; it is called beside the requests.

        `first` is for how many seconds a request waits for the first view of all; None: without end.
        `loaded` is called when the whole fleet was read.
        """
        self._fleet = fleet
        self._patience = patience
        self._fresh = fresh
        self._first = first
        self._loaded = loaded
        self._kept = _Kept()
        self._changed = Condition()

    def view(self, since: float = LONG_AGO, *, waits: bool = False) -> FleetView:
        """Give the fleet as it stands.

        With `since`, a moment of the monotonic clock, nothing older is given: whoever has just changed
        something sees it, unless that takes half a minute. Who `waits` does so for the first view of all.

        Raises:
            FleetBeingReadError: it is read for the first time, and that takes long.
            DiagnosticError: the fleet or its ledger can't be read, and never could since the server started.
        """
        with self._changed:
            kept = self._kept
            known, own = kept.view, kept.began < since
            if known is not None and not own and time.monotonic() - kept.made < self._fresh:
                return known
            first = None if waits else self._first
            patience = first if known is None else _OWN if own else self._patience
            done = self._renewed(since, patience)
            view, fault = kept.view, kept.fault
        if fault is not None and (view is None or not isinstance(fault, DiagnosticError)):
            raise fault
        if view is None:
            raise FleetBeingReadError(kept.read, kept.total)
        return replace(view, renewing=not done, fault=fault) if fault or not done else view

    def begin(self) -> None:
        """Begin to make the view, so that the first request finds it."""
        with self._changed:
            self._begin()

    @property
    def being_read(self) -> bool:
        """Whether the first view is being made: there is nothing to show yet."""
        return self._kept.view is None and self._kept.renewing

    def _renewed(self, since: float, patience: float | None) -> bool:
        """Wait until a view was made, or found current, that was begun after `since`."""
        until = None if patience is None else time.monotonic() + patience
        while True:
            self._begin()
            left = None if until is None else max(until - time.monotonic(), 0)
            if not self._changed.wait_for(lambda: not self._kept.renewing, left):
                return False
            if self._kept.began >= since:
                return True

    def _begin(self) -> None:
        if not self._kept.renewing:
            self._kept.renewing = True
            Thread(target=self._renew, name="cellwright-overview", daemon=True).start()

    def _renew(self) -> None:
        began = time.monotonic()
        fault: Exception | None = None
        view = self._kept.view
        try:
            view = self._newer(view)
        except Exception as failure:  # noqa: BLE001  told to whoever asked
            fault = failure
        with self._changed:
            self._kept.view, self._kept.fault = view, fault
            self._kept.began, self._kept.made, self._kept.renewing = began, time.monotonic(), False
            self._changed.notify_all()

    def _newer(self, view: FleetView | None) -> FleetView:
        session = self._fleet()
        known = view.compared if view is not None else None
        during = DuringLoad(session, self._count)
        if known is None:
            with suppress(DiagnosticError):  # the load says it
                self._kept.read, self._kept.total = 0, session.count_cells()
        snapshot = session.snapshot(observer=during.observe)
        if known is None or known.snapshot is not snapshot or self._outdated(snapshot):
            self._kept.states_looked_at = time.monotonic()
            found = compare(session, snapshot, during)
            self._loaded()
        else:
            found = go_on(session, known)
        working = _by_cell(_carried_out(session.ledger()))
        reader = self._kept.drift
        same = view is not None and found is known and not reader.is_outdated(session)
        drift = view.drift if view is not None and same else reader.read(session)
        if view is None or view.compared.settings is not found.settings:
            return FleetView(found, working, drift, session.now())
        unchanged = found.cells is view.cells and working == view.working and drift == view.drift
        if unchanged:  # what has happened shows nowhere
            return view if found is known else replace(view, compared=found)
        now = session.now()
        return replace(view, compared=found, working=working, drift=drift, made=now, _made={})

    def _count(self) -> None:
        self._kept.read += 1

    def _outdated(self, snapshot: Snapshot) -> bool:
        since = time.monotonic() - self._kept.states_looked_at
        return snapshot.fleet.backend == _LOCAL and since > _LOOK_AGAIN


def _carried_out(ledger: Ledger) -> list[UnitAtWork]:
    """Give the units at work, without what runs had begun whose process is gone."""
    units = AtWork(ledger.database).units()
    runs = (ledger.reader.summary(run) for run in {item.run for item in units})
    dead = {run.id for run in runs if run is not None and is_dead(ledger, run)}
    return [item for item in units if item.run not in dead or item.state is UnitState.PLANNED]


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
