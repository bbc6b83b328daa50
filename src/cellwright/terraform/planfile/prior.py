"""Which version of its state a saved plan was made for, read from the plan file."""

import zipfile
from pathlib import Path

from cellwright.model.applied import NO_STATE, StateMark
from cellwright.terraform.output.states.state_reader import HEAD, mark_in_head
from cellwright.terraform.planfile.archive import DAMAGE, STATE
from cellwright.terraform.planfile.unreadable import UnreadablePlanError


def has_prior(path: Path) -> bool:
    """Tell whether a plan file holds the state that it was made for.

    It does not if there was none, or if it is encrypted.
    """
    try:
        return prior_mark(path) != NO_STATE
    except UnreadablePlanError:
        return False


def prior_mark(path: Path) -> StateMark:
    """Read lineage and serial of the state that a plan was made for; `NO_STATE` if there was none.

    The plan file holds that state with its head as it is in the backend, so no process is needed. Only the
    head is unpacked.

    Raises:
        UnreadablePlanError: it is encrypted or no plan, or written in another way than is known.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(STATE) as entry:
            found = mark_in_head(entry.read(HEAD))
    except DAMAGE as fault:
        raise UnreadablePlanError("an encrypted plan, or a file that is no plan") from fault
    if found is None:
        raise UnreadablePlanError("a state that is written in another way")
    return found


def known_prior_mark(path: Path) -> StateMark | None:
    """As `prior_mark`; None if the file can't be read here."""
    try:
        return prior_mark(path)
    except UnreadablePlanError:
        return None
