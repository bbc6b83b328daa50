"""Drives rollouts beside whatever else a process does: a server, a worker."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cellwright.app.rollouts.driving import Driver
from cellwright.app.rollouts.shapes import approve_known_shapes
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError

_LOG = logging.getLogger(__name__)
PERIOD = 1.0
"""Seconds between two looks at what may go on."""


@contextmanager
def driving(session: FleetSession, host: RunHost, opener: SessionAt | None = None) -> Iterator[Driver]:
    """Go on with the fleet's rollouts on a thread of its own while the block lasts."""
    closed = threading.Event()
    with Driver(session, host, opener) as driver:
        thread = threading.Thread(target=_work, args=(driver, closed), daemon=True, name="rollouts")
        thread.start()
        try:
            yield driver
        finally:
            closed.set()
            thread.join()


def look(driver: Driver) -> None:
    """Go on with whatever may.

    Raises:
        DiagnosticError: the ledger can't be reached.
    """
    approve_known_shapes(driver.session.ledger(writing=True))
    driver.tick()


def _work(driver: Driver, closed: threading.Event) -> None:
    while not closed.wait(PERIOD):
        # The ledger may be out of reach for a while.
        try:
            with suppress(DiagnosticError):
                look(driver)
        except Exception:  # noqa: BLE001  a thread that ends would drive no rollout any more
            _LOG.exception("driving rollouts")
