"""Who holds the lock of a Terraform state, from Terraform's own message."""

import re
from dataclasses import dataclass

_FIELD = re.compile(r"^\s*(ID|Path|Operation|Who|Version|Created):[ \t]*(.*?)\s*$", re.MULTILINE)

LOCK_SUMMARY = "Error acquiring the state lock"


@dataclass(frozen=True, slots=True)
class StateLockInfo:
    """A state lock that somebody else holds."""

    id: str
    """What `force-unlock` wants to hear."""
    who: str
    """`user@host`."""
    created: str
    """When it was taken, as Terraform wrote it (UTC)."""
    path: str
    operation: str


def parse_lock_info(text: str) -> StateLockInfo | None:
    """Read Terraform's description of a lock; None if `text` has none."""
    found = dict(_FIELD.findall(text))
    if "ID" not in found:
        return None
    return StateLockInfo(
        found["ID"],
        found.get("Who", ""),
        found.get("Created", ""),
        found.get("Path", ""),
        found.get("Operation", "").removeprefix("OperationType").lower(),
    )
