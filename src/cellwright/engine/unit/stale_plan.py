"""Failures that leave nothing to resume: a saved plan of no use any more, a cell that is placed elsewhere."""

from cellwright.model.diagnostic import Diagnostic

PLAN_ANEW = "make a new plan: cellwright plan -o FILE"
"""What to do about it."""

RELOCATE = "What else an apply would do: cellwright relocate"
"""How to see what it means that a cell is placed elsewhere than where it was applied."""


def is_stale(found: Diagnostic) -> bool:
    """Tell whether a saved plan was refused because something has changed since."""
    return found.detail == PLAN_ANEW


def is_placed_elsewhere(found: Diagnostic) -> bool:
    """Tell whether a unit was refused because its cell is placed elsewhere: its file has to change first."""
    return RELOCATE in found.detail
