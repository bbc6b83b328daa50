"""Requests to stop a run: by the person beside it, or by anybody who has cancelled it in the ledger."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.engine.approval import Interrupts
from cellwright.ledger.cancels import CancelRequest, CancelRequests
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

PERIOD = 1.0
"""Seconds between looks at the ledger."""


@dataclass(slots=True)
class CancelWatch:
    """The interrupts of one run: a cancel request counts as the first Ctrl-C. Used from several threads."""

    beside: Interrupts
    """What the person beside the run asks for."""
    cancels: CancelRequests
    run: str
    _request: CancelRequest | None = field(init=False, default=None)
    _next_look: float = field(init=False, default=0.0)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    def requested(self) -> int:
        """Return 0 for not at all, 1 for finish what runs and stop, 2 for kill."""
        self._look()
        return max(self.beside.requested(), 1 if self._request is not None else 0)

    def canceller(self) -> Actor | None:
        """Who has cancelled the run in the ledger, as far as it is known here."""
        return None if self._request is None else Actor(self._request.requested_by, "ledger")

    def reasons(self) -> tuple[Diagnostic, ...]:
        """Say who has cancelled the run; nothing if that was the person beside it."""
        request = self._request
        if request is None:
            return ()
        why = f": {request.reason}" if request.reason else ""
        return (error(f"the run was cancelled by {request.requested_by}{why}", "cellwright resume goes on"),)

    def _look(self) -> None:
        # While another thread reads the ledger, what is known so far counts.
        if self._request is not None or not self._guard.acquire(blocking=False):
            return
        try:
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + PERIOD
                with suppress(DiagnosticError):  # out of reach for now; the next look tries again
                    self._request = self.cancels.of_run(self.run)
        finally:
            self._guard.release()
