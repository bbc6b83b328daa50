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
from cellwright.model.settings.drift_settings import ScheduleSettings

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
    """Of a process that goes on: the fleet's files are looked at again before a window is opened, and one
    that could not be opened is left alone for some minutes, which only the log says."""
    _failed: dict[str, tuple[Span, float]] = field(init=False, default_factory=dict)
    """By schedule: the window that could not be opened last, and when it may be tried again."""

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
        failed, again = self._failed.get(schedule.name, (None, 0.0))
        if failed == span and time.monotonic() < again:
            return
        try:
            if self.patient:
                self.session.refresh()
            with suppress(WindowTakenError):
                open_window(self.session, schedule, span, self.host)
        except DiagnosticError as fault:
            if not self.patient:
                raise
            self._failed[schedule.name] = (span, time.monotonic() + _AGAIN)
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
                schedules.tick()
        except Exception:  # noqa: BLE001  a thread that ends would look at nothing any more
            _LOG.exception("schedules of looks for drift")
