"""What was taken out of states: how the record of it is kept, and how an event vouches for it."""

import hashlib
from collections.abc import Iterable

from cellwright.model.value import Json

REMOVED = "removed"
"""The part of an event's detail that vouches for the record of what its apply took out of the state."""


def sealed(resources: Iterable[str]) -> Json:
    """Digest the resources of one attempt, in their order."""
    found = list(resources)
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
    return {"resources": len(found), "sha256": digest}
