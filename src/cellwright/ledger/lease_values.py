"""Leases as values: who holds one, and which.

Nothing here reads a database: `status` says who works on a unit that has failed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that works for a run. The start time tells it from a later process with the same number."""

    host: str
    process_id: int
    process_started: str
    """As the host tells it; only ever compared."""
    run: str

    def __str__(self) -> str:
        return f"process {self.process_id} on {self.host} (run {self.run})"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a unit until `expires` (UTC), unless renewed."""

    unit: UnitAddress
    holder: Holder
    fencing: int
    expires: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that somebody has."""

    unit: UnitAddress
    holder: Holder
    fencing: int
    expires: datetime


@reads("a lease")
def held(row: Any) -> Held:  # noqa: ANN401  a `LeaseRow`, or a row of the ledger
    """A row of `leases` as a value."""
    holder = Holder(row.host, row.process_id, row.process_started, row.run)
    return Held(UnitAddress.parse(row.unit), holder, row.fencing, from_milliseconds(row.expires))
