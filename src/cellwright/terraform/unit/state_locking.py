"""Finds out who holds the lock of a unit's state, whatever the backend is."""

import re
import time

from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.states.state_lock import (
    LOCK_SUMMARY,
    REFUSED_LOCK,
    UNASKED_LOCK,
    StateLockInfo,
    without_own_attempt,
)
from cellwright.terraform.unit.unit_terraform import UnitTerraform

_NOTHING = "terraform_data.cellwright_looks_for_a_lock"
"""An address that no state has."""
_ASKING = ("state", "rm", "-dry-run", "-no-color", "-lock-timeout=0s", _NOTHING)
"""Takes the lock for a moment and changes nothing: the one question that every backend answers."""
_OPERATION = "state-rm"
_NO_STATE = "No state file was found"


def held_lock(unit: UnitTerraform) -> StateLockInfo | None:
    """Tell who holds the state's lock; None if nobody does, or the backend has no locks.

    A lock of which the backend tells nothing has no id.

    Raises:
        TerraformError: the backend can't be asked.
    """
    unit.init()
    started = time.time()
    try:
        unit.runner.document(_ASKING)
    except TerraformError as failure:
        text = "\n".join(f"{item.summary}\n{item.detail}" for item in failure.diagnostics)
        # This command tells in plain text what it has to tell, so its failure has no kind.
        if re.search(UNASKED_LOCK, text) or re.search(REFUSED_LOCK, text):
            raise
        if LOCK_SUMMARY in text or failure.kind is FailureKind.LOCKED:
            found = failure.lock or StateLockInfo("", "", "")
            return without_own_attempt(found, text, _OPERATION, started)
        # The lock was had before either was found.
        if _NO_STATE in text or failure.kind is FailureKind.ENCRYPTION:
            return None
        raise
    return None
