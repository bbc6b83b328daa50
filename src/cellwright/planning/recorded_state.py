"""Whether the state that a unit's command meets, or has left, is the one that it has to be."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, error, warning


def meets_another(
    address: UnitAddress, recorded: StateMark | None, found: StateMark | None, kept: Path | None = None
) -> Diagnostic | None:
    """Tell what is wrong with the state that a plan was made for; None if it continues the recorded one.

    A later version of the recorded state is right: somebody else may have worked with it. `kept` is a file
    with the state from before an apply of which nobody knows how it ended.
    """
    if recorded is None or not _is_any(recorded):
        return None
    if found is None or not found.lineage:
        return error(
            f"the state of {address} is gone; recorded was {_named(recorded)}",
            f"restore it from its backend's versions, or from a backup{_with_kept(kept)}; a state that could "
            "not be written may lie in the working folder of the machine that applied last, as "
            "errored.tfstate. "
            f"If what it held is really gone too: {_accepting(address)}",
        )
    if not recorded.lineage:
        return None
    if found.lineage != recorded.lineage:
        return error(
            f"the state of {address} is another one: {_named(found)}; recorded was {_named(recorded)}",
            "nothing was applied over it; put the recorded state back. "
            f"If this one is right: {_accepting(address)}",
        )
    if found.serial < recorded.serial:
        return error(
            f"the state of {address} is older than the recorded one: serial {found.serial}, recorded was "
            f"{recorded.serial}",
            "what was made since is missing in it; restore the later version. "
            f"If this one is right: {_accepting(address)}",
        )
    return None


def belongs_to_another(address: UnitAddress, holders: Sequence[UnitAddress]) -> Diagnostic | None:
    """Tell what is wrong with a state that the ledger records, in this very version, for other units."""
    if not holders:
        return None
    return error(
        f"the state that was found for {address} is that of {holders[0]}",
        "look at what its backend answers, and at who has copied the state. "
        f"If it was copied on purpose: {_accepting(address)}",
    )


def written_at_least(before: StateMark | None) -> StateMark:
    """Give the lowest version that a state has after an apply that is bound to have changed it.

    It has no lineage if that apply has begun the state.
    """
    return replace(before, serial=before.serial + 1) if before and before.lineage else StateMark("", 1)


def left_by_failure(at_least: StateMark | None, found: StateMark | None) -> StateMark | None:
    """Give the version to record after an apply that failed: what is found, unless that can't be it."""
    if at_least is None or found is None:
        return found or at_least
    if not at_least.lineage:
        return found if found.lineage else at_least
    return found if continues(at_least, found) and found.serial >= at_least.serial else at_least


def _is_any(recorded: StateMark) -> bool:
    """Tell whether there has to be a state; one that a lost apply has begun has no lineage that is known."""
    return bool(recorded.lineage) or recorded.serial > 0


def continues(recorded: StateMark | None, found: StateMark | None) -> bool:
    """Tell whether both are versions of one state."""
    return (
        recorded is not None
        and found is not None
        and bool(found.lineage)
        and found.lineage == recorded.lineage
    )


def left_another(
    address: UnitAddress, before: StateMark | None, after: StateMark | None, *, must_differ: bool
) -> Diagnostic | None:
    """Tell what is wrong with the state that is read back after an apply; None if it is what was written.

    `must_differ`: what was applied can't have left the state as it was.
    """
    advice = "look at who else writes to its backend, and whether the backend keeps what it is given"
    if after is None or not after.lineage:
        return error(f"{address} has no state after its apply: what was written can't be read back", advice)
    if before is None or not before.lineage:
        return None
    if after.lineage != before.lineage:
        return error(
            f"the state of {address} that was written can't be read back: {_named(after)} is there, "
            f"written was a later version of {_named(before)}",
            advice,
        )
    if after.serial < before.serial or (must_differ and after.serial == before.serial):
        return error(
            f"the state of {address} that was written can't be read back: serial {after.serial} is there, "
            f"the apply began with {before.serial}",
            advice,
        )
    return None


def unwritten(address: UnitAddress, before: StateMark | None, after: StateMark | None) -> Diagnostic | None:
    """Warn of a state that has the version which it had before an apply that updated something."""
    if before is None or before != after:
        return None
    return warning(
        f"the state of {address} is as it was before the apply: serial {before.serial}",
        "either its provider keeps nothing of what it changed, or the backend lost what was written",
    )


def _with_kept(kept: Path | None) -> str:
    """Name the file that may be all that is left of a state."""
    return f" (what it was before its last apply is kept in {kept}: `state push`)" if kept else ""


def _named(mark: StateMark) -> str:
    if not mark.lineage:
        return "one that its last apply has begun"
    return f"lineage {mark.lineage}, serial {mark.serial}"


def _accepting(address: UnitAddress) -> str:
    return f"cellwright apply {address} --accept-state REASON"
