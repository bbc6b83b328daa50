"""Opens the windows of schedules beside whatever else a process does, and ends those that are over."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from cellwright.app.drift.looking import actor_of, open_window
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.session.session import FleetSession
from cellwright.drift.windows import Span, window_at
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import WindowTakenError
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.drift_settings import ScheduleSettings

_LOG = logging.getLogger(__name__)
PERIOD = 10.0
"""Seconds between two looks at the schedules."""
_AGAIN = 300.0
"""Seconds after which a window is tried again that could not be opened: the fleet has errors."""


@dataclass(slots=True)
class Schedules:
    """Goes by the schedules of a fleet; any number of processes may do it at once."""

    session: FleetSession
    host: RunHost
    patient: bool = True
    """Leave a window alone for some minutes that could not be opened, and say so in the log only."""
    _failed: dict[tuple[str, int], float] = field(init=False, default_factory=dict)

    def tick(self) -> None:
        """Open the windows that are due, and end the runs of those that are over.

        A window that nobody could open while it lasted is left out: the next one comes.

        Raises:
            DiagnosticError: fleet.yaml's `drift` has faults, the ledger can't be reached, or, without
                patience, a window can't be opened.
        """
        ledger = self.session.ledger(writing=True)
        for window in ledger.drift.windows.overdue():
            ledger.cancels.request(window.run, actor_of(self.session, window.schedule), "its window is over")
        now = self.session.now()
        for schedule in self.session.drift().schedules:
            span = window_at(schedule, now)
            if span is None or ledger.drift.windows.is_opened(schedule.name, milliseconds(span.begin)):
                continue
            self._open(schedule, span)

    def _open(self, schedule: ScheduleSettings, span: Span) -> None:
        key = (schedule.name, milliseconds(span.begin))
        if time.monotonic() < self._failed.get(key, float("-inf")):
            return
        try:
            with suppress(WindowTakenError):
                open_window(self.session, schedule, span, self.host)
        except DiagnosticError as fault:
            if not self.patient:
                raise
            self._failed = {key: time.monotonic() + _AGAIN}
            _LOG.warning("schedule %s: %s", schedule.name, fault.diagnostics[0].summary)


@contextmanager
def going_by_schedules(session: FleetSession, host: RunHost) -> Iterator[None]:
    """Go by the fleet's schedules on a thread of its own while the block lasts."""
    closed = threading.Event()
    schedules = Schedules(session, host)
    thread = threading.Thread(target=_work, args=(schedules, closed), daemon=True, name="drift")
    thread.start()
    try:
        yield
    finally:
        closed.set()
        thread.join()


def _work(schedules: Schedules, closed: threading.Event) -> None:
    while not closed.wait(PERIOD):
        # The ledger may be out of reach for a while; what is wrong in fleet.yaml, every page says.
        try:
            with suppress(DiagnosticError), schedules.session.source.reading():
                schedules.session.refresh()
                schedules.tick()
        except Exception:  # noqa: BLE001  a thread that ends would look at nothing any more
            _LOG.exception("schedules of looks for drift")
