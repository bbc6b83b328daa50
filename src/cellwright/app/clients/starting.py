"""Who looks for the run of a cell, and starts one if there is none, is alone in this, over all servers.

The lock of the fleet's settings is one machine's. Two servers that share a ledger, each with a clone of its
own, would both find no run and both start one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from cellwright.ledger.opening import Ledger
from cellwright.ledger.request_keys import RequestKey
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error

_LONGEST = 60.0
"""Seconds to wait: a run is started in less than one."""
_PAUSE = 0.05


@contextmanager
def starting(ledger: Ledger, cell: CellAddress) -> Iterator[None]:
    """Be the only one who starts a run of this cell during the block; a server that was killed is outlived.

    Raises:
        DiagnosticError: somebody else has been at it for a minute.
    """
    key = RequestKey(who=f"cell {cell}", key="start", request="")
    until = time.monotonic() + _LONGEST
    while ledger.request_keys.begin(key) is not None:
        if time.monotonic() >= until:
            raise DiagnosticError(
                error(f"another server is starting a run of {cell}", "wait two minutes, then repeat this")
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        ledger.request_keys.drop(key)
