"""What was taken out of states: how the record of it is kept, and how an event vouches for it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.runs.removal import Removal
from cellwright.model.value import Json

REMOVED = "removed"
"""The part of an event's detail that vouches for the record of what its apply took out of the state."""


class RemovalEnd(Enum):
    """How the apply ended that was to take a resource out of a state."""

    APPLIED = "applied"
    FAILED = "failed"
    """Some of its resources may be gone; the next plan of the unit tells which are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRecord:
    """A resource that one attempt at a unit took out of its state, or was about to."""

    unit: UnitAddress
    run: str
    attempt: int
    resource: Removal
    plan_digest: str
    begun_at: str
    ended_at: str | None
    ended: RemovalEnd | None
    text: str
    """The resource as it lies in the ledger: what `sealed` digests."""


def sealed(resources: Iterable[str]) -> Json:
    """Digest the resources of one attempt, in their order."""
    found = list(resources)
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
    return {"resources": len(found), "sha256": digest}
