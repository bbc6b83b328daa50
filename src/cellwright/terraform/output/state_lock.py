"""Who holds the lock of a Terraform state, from Terraform's own message."""

import os
import pwd
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

_FIELD = re.compile(r"^\s*(ID|Path|Operation|Who|Version|Created):[ \t]*(.*?)\s*$", re.MULTILINE)

_CREATED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)? \+0000 UTC\Z")
_COARSE = 2.0
"""Seconds to which some file systems round the time at which a file was written."""

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


@dataclass(frozen=True, slots=True)
class Desertion:
    """A command that was killed and could not let go of what it held; times in seconds since the epoch."""

    started: float
    found: float
    """When this was noticed, before any other command was started."""


def is_deserted(lock: StateLockInfo, by: Desertion) -> bool:
    """Tell whether a lock is what a killed command of ours has left.

    While that command held it nobody else could take it; so one that was taken under our name, on this
    machine, between its start and the moment when it was found dead is its own. What Terraform's `http`
    backend says of a lock is about the one that it failed to take: that is later, and never believed.
    """
    taken = _moment(lock.created)
    return lock.who == _we() and taken is not None and by.started - _COARSE <= taken <= by.found


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


def _moment(created: str) -> float | None:
    """Read Go's way of writing a time, in seconds since the epoch."""
    found = _CREATED.match(created)
    if found is None:
        return None
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return whole.timestamp() + float(found[2] or 0)


def _we() -> str:
    """What Terraform calls whoever runs it here."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""
    return f"{user}@{socket.gethostname()}"
