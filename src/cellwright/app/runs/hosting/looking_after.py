"""Looks after the queue beside the work: heartbeats, drain requests, and what others have left behind."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.app.runs.queued_task import from_json
from cellwright.engine.lease.keeper import is_dead
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.workers import Worker
from cellwright.model.diagnostic import DiagnosticError

_LOG = logging.getLogger(__name__)
PERIOD = 0.5
"""Seconds between looks at whether any unit may begin."""
_LONGEST_BEAT = 15.0
"""Seconds between signs of life at the most, however long leases last: after 60 a worker is shown as lost."""
_FORGOTTEN = 24 * 3600.0
"""Seconds after which a worker that was not heard of is not listed any more."""


@dataclass(slots=True, kw_only=True)
class LookingAfter:
    """One thread; every process that carries out units has one."""

    ledger: Callable[[], Ledger]
    worker: Callable[[], Worker]
    wake: Callable[[str], None]
    each_second: Callable[[], None]
    drain: Callable[[], None]
    tidy: Callable[[], None]
    """Removes what the engine has lost."""
    each_beat: Callable[[], None]
    ttl: float
    _closed: threading.Event = field(init=False, default_factory=threading.Event)
    _reachable_since: float | None = field(init=False, default=None)
    """When the ledger was reached for the first time since it was not."""
    _next_beat: float = field(init=False, default=0.0)
    _thread: threading.Thread | None = field(init=False, default=None)

    def begin(self) -> None:
        """Register, find what dead processes of this machine have left, and begin.

        Raises:
            DiagnosticError: the ledger can't be reached.
        """
        self.ledger().workers.register(self.worker())
        self._reachable_since = time.monotonic()
        self.reap()
        self._thread = threading.Thread(target=self._work, name="queue", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the thread, and say that this worker is gone."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(DiagnosticError):  # it is forgotten by itself
            self.ledger().workers.leave(self.worker().id)

    def reap(self) -> None:
        """Let units be taken again whose workers are gone, and go on with runs that nobody advances.

        For as long as a lease lasts after the ledger was out of reach, leases that have run out count as
        held: their holders could not renew them either, and do so first.
        """
        since = self._reachable_since
        trusted = since is not None and time.monotonic() - since >= self.ttl
        ledger = self.ledger()
        found = ledger.queue.reap(is_dead, late=trusted)
        for run in found.runs:
            task = ledger.reader.queued_task(run)
            ledger.queue.advance(run, from_json(task).actor if task is not None else None)
        if found.freed or found.runs:
            self.wake("")

    def _work(self) -> None:
        while not self._closed.wait(PERIOD):
            try:
                self._look()
            except DiagnosticError:
                self._reachable_since = None
            except Exception:  # noqa: BLE001  without this thread the worker would seem dead
                _LOG.exception("looking after the queue")
            else:
                self._reachable_since = self._reachable_since or time.monotonic()

    def _look(self) -> None:
        ledger = self.ledger()
        if ledger.queue.may_begin():
            self.wake("")
        self.each_second()
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + min(max(self.ttl / 4, PERIOD), _LONGEST_BEAT)
            drains = ledger.workers.beat(self.worker().id)
            if drains is None:
                ledger.workers.register(self.worker())
            elif drains:
                self.drain()
            ledger.workers.forget(_FORGOTTEN)
            self.reap()
            self.tidy()
            self.each_beat()
