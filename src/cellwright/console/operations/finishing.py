"""A thread of a server that finishes offboardings."""

from collections.abc import Callable
from threading import Event, Thread

from cellwright.app.clients.finishing import Offboardings

PERIOD = 2.0
"""Seconds between two looks."""
_AFTER_A_FAULT = 30.0
_LAST = 5.0


class FinishingThread:
    """Looks until it is stopped."""

    def __init__(self, offboardings: Offboardings, failed: Callable[[Exception], None]) -> None:
        """Start nothing yet; `failed` is told of what could not be finished for now."""
        self._offboardings = offboardings
        self._failed = failed
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="offboardings", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what is under way has some seconds, then the next server finishes it."""
        self._stopping.set()
        self._thread.join(_LAST)

    def _work(self) -> None:
        wait = PERIOD
        while not self._stopping.wait(wait):
            try:
                self._offboardings.finish()
                wait = PERIOD
            except Exception as fault:  # noqa: BLE001  a thread that ends would finish nothing any more
                self._failed(fault)
                wait = _AFTER_A_FAULT
