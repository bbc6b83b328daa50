"""Removes what killed processes have left in folders that no run needs: it may hold secrets in clear."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.local_files import WorkingFolder
from cellwright.engine.adapter.unit_runner import remove_left
from cellwright.engine.lease.keeper import TTL
from cellwright.engine.lease.liveness import start_of
from cellwright.ledger.leases import Holder, Lease
from cellwright.model.address import UnitAddress


def remove_left_files(fleet: OpenFleet, folders: Iterable[WorkingFolder]) -> None:
    """Remove plan files, outputs and values from folders in which nobody works; what is in use stays."""
    for left in folders:
        if not left.holds_left_files():
            continue
        with held(fleet, left.unit) as ours:
            if ours and not left.in_use():
                remove_left(left.folder)


@contextmanager
def held(fleet: OpenFleet, unit: UnitAddress) -> Iterator[bool]:
    """Hold the lease on a unit; yields whether it could be had."""
    holder = Holder(os.uname().nodename, os.getpid(), start_of(os.getpid()) or "", "prune")
    lease = fleet.ledger.leases.acquire(unit, holder, TTL)
    try:
        yield isinstance(lease, Lease)
    finally:
        if isinstance(lease, Lease):
            fleet.ledger.leases.release(lease)
