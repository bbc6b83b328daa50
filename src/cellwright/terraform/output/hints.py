"""What to do about failures that many people meet: expired credentials, a state that somebody has locked."""

import re

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.expired import credentials_fault
from cellwright.terraform.output.states.state_lock import (
    UNASKED_LOCK,
    UNREADABLE_STATE,
    StateLockInfo,
    why_unasked,
)


def hint(text: str, lock: StateLockInfo | None, unit: str = "") -> Diagnostic | None:
    """Say in plain words what Terraform's message means, and what to do about the unit.

    None if it says that itself.
    """
    if lock is not None:
        return _locked(lock, unit or "UNIT")
    if re.search(UNREADABLE_STATE, text):
        return error(
            "the state is damaged, or of a format that this program does not know",
            "restore it from the backend's versions or its .backup, or run the program that wrote it; don't "
            "apply over it",
        )
    if re.search(UNASKED_LOCK, text):
        return error(
            f"the lock of the state could not be asked for: {why_unasked(text)}",
            "nobody is known to hold it: see that the server of the backend is well, then go on with "
            "cellwright resume",
        )
    found = credentials_fault(text)
    return error(*found) if found is not None else None


def _locked(lock: StateLockInfo, unit: str) -> Diagnostic:
    who = f" by {lock.who}" if lock.who else f"; its backend does not say by whom, only: lock {lock.id}"
    if not lock.who and not lock.id:
        who = "; its backend does not say by whom"
    since = f" since {lock.taken}" if lock.created else ""
    return error(
        f"the state is locked{who}{since}",
        "wait until that is done; if nobody works on it any more, take the lock away: "
        f"cellwright unlock {unit}",
    )
