"""A saved plan that is of no use any more: there is nothing to resume then."""

from cellwright.model.diagnostic import Diagnostic

PLAN_ANEW = "make a new plan: cellwright plan -o FILE"
"""What to do about it."""


def is_stale(found: Diagnostic) -> bool:
    """Tell whether a saved plan was refused because something has changed since."""
    return found.detail == PLAN_ANEW
