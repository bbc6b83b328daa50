"""Reads from Terraform's message who holds the lock of a state, and whether that lock is stale."""

import os
import pwd
import re
from dataclasses import dataclass
from datetime import UTC, datetime

# As text, which `re` compiles on first use: few states are locked.
_FIELD = r"(?m)^\s*(ID|Who|Created|Operation):[ \t]*(.*?)\s*$"
_OTHER_ID = r"\bID=(\S+)"
_HELD_ID = r"already locked: ID=(\S*)"

_CREATED = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)? \+0000 UTC\Z"
_COARSE = 2.0
"""Seconds to which some file systems round the time at which a file was written."""

LOCK_SUMMARY = "Error acquiring the state lock"
UNREADABLE_STATE = (
    r"(?:Unsupported|Invalid) state file format|Invalid (?:Terraform|OpenTofu) version string|"
    r"(?:Invalid|Duplicate) (?:resource|output)[a-z ]* in state\b"
)
"""What is no state, or one that the program is too old for: nobody holds it, and no waiting helps."""


REFUSED_LOCK = (
    rf"(?s)\A(?!.*(?:Lock Info:|already locked)).*{LOCK_SUMMARY}.*"
    r"(?:HTTP response code 4\d\d|HTTP remote state endpoint (?:requires|invalid) auth|StatusCode: 40[134]\b|"
    r"(?i:permission denied|read-only file system|access ?denied|forbidden|unauthorized|no ?such ?bucket))"
)
"""A lock that nobody holds and that can't be had: who holds one is said after `Lock Info`."""

_NO_ANSWER = r"connection (?:refused|reset)|no such host|i/o timeout|TLS handshake timeout|unexpected EOF"
UNASKED_LOCK = (
    rf"(?s)\A(?!.*(?:Lock Info:|already locked)).*{LOCK_SUMMARY}.*"
    rf"(?:HTTP response code 5\d\d|StatusCode: 5\d\d|giving\s+up\s+after|{_NO_ANSWER})"
)
"""A lock for which the backend's server could not be asked: whether somebody holds it is not known."""


def why_unasked(text: str) -> str:
    """Say what stood in the way of asking for a lock."""
    if code := re.search(r"(?:HTTP response code|StatusCode:)\s+(5\d\d)", text):
        return f"the server answered {code[1]}"
    if fault := re.search(_NO_ANSWER, text):
        return fault[0]
    # Both programs' http backend drops the code.
    return "the server answered 429 or 5xx"


@dataclass(frozen=True, slots=True)
class StateLockInfo:
    """A state lock that another process holds."""

    id: str
    """The argument of `force-unlock`."""
    who: str
    """`user@host`."""
    created: str
    """When it was taken, as Terraform wrote it (UTC)."""
    operation: str = ""
    """What it was taken for: `OperationTypeApply`."""

    @property
    def taken(self) -> str:
        """When it was taken, to the second: `2026-11-22 21:48:15 UTC`; else as it is written."""
        found = re.match(_CREATED, self.created)
        return f"{found[1]} UTC" if found else self.created


@dataclass(frozen=True, slots=True)
class KilledCommand:
    """A command that was killed and so released no lock; times in seconds since the epoch."""

    started: float
    found: float
    """When this was noticed, before any other command was started."""


def is_stale_lock(lock: StateLockInfo, by: KilledCommand) -> bool:
    """Tell whether a lock was left by a killed command of ours.

    While that command held the lock nobody else could take it; so a lock that was taken under our name, on
    this machine, between the command's start and the moment when it was found dead is that command's.
    Terraform's `http` backend describes instead the lock that it failed to take, which is later: no match.
    """
    taken = _moment(lock.created)
    return lock.who == _own_name() and taken is not None and by.started - _COARSE <= taken <= by.found


def parse_lock_info(text: str) -> StateLockInfo | None:
    """Read Terraform's description of a lock; None if `text` has none."""
    found = dict(re.findall(_FIELD, text))
    if "ID" not in found:
        return None
    return StateLockInfo(
        found["ID"],
        found.get("Who", ""),
        found.get("Created", ""),
        found.get("Operation", ""),
    )


def as_held(lock: StateLockInfo, text: str) -> StateLockInfo:
    """Give what a message says of the lock that is held; the `http` backend describes the one that it wanted.

    Of the held one it names no more than the id, which may be empty.
    """
    named = re.search(_HELD_ID, text)
    return lock if named is None or named[1] == lock.id else StateLockInfo(named[1], "", "")


def without_own_attempt(lock: StateLockInfo, text: str, operation: str, started: float) -> StateLockInfo:
    """Correct the description of a lock where it is that of our own attempt to take it.

    Some backends (`http`) describe that one, and name of the lock that is held no more than the id.
    """
    taken = _moment(lock.created)
    own = lock.operation == operation and lock.who in ("", _own_name())
    if not own or taken is None or taken < started - _COARSE:
        return lock
    named = re.search(_OTHER_ID, text)
    return StateLockInfo(named[1] if named else "", "", "")


def _moment(created: str) -> float | None:
    """Convert a time as Go writes it to seconds since the epoch."""
    found = re.match(_CREATED, created)
    if found is None:
        return None
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return whole.timestamp() + float(found[2] or 0)


def _own_name() -> str:
    """The `user@host` that Terraform writes into locks here."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""
    return f"{user}@{os.uname().nodename}"
