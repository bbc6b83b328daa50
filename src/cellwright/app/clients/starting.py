"""Who looks for the run of a cell, and starts one if there is none, is alone in this, over all servers.

The lock of the fleet's settings is one machine's. Two servers that share a ledger, each with a clone of its
own, would both find no run and both start one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from cellwright.ledger.opening import Ledger
from cellwright.ledger.request_keys import RequestKey
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error

_DEAD_AFTER = timedelta(minutes=1)
"""A run is started in less than a second; who has not done it by then was killed. Were both alive, the leases
of the units would still let one of them work at a time."""
_LONGEST = 90.0
"""Seconds to wait."""
_PAUSE = 0.05


@contextmanager
def starting(ledger: Ledger, cell: CellAddress) -> Iterator[None]:
    """Be the only one who starts a run of this cell during the block; a server that was killed is outlived.

    Raises:
        DiagnosticError: others have been at it for all that time.
    """
    key = RequestKey(who=f"cell {cell}", key="start", request=uuid4().hex)
    until = time.monotonic() + _LONGEST
    while ledger.request_keys.begin(key, _DEAD_AFTER) is not None:
        if time.monotonic() >= until:
            raise DiagnosticError(
                error(f"another server is starting a run of {cell}", "wait a minute, then repeat this")
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        ledger.request_keys.drop(key)
