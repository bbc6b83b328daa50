"""What the commands about drift share."""

from collections.abc import Sequence

from cellwright.api.runs import drift as document
from cellwright.app.drift.listing import list_drift
from cellwright.cli import exit_codes
from cellwright.cli.invocation import Invocation
from cellwright.cli.views import drift as view


def show_drift(invocation: Invocation, selectors: Sequence[str]) -> int:
    """List the fleet's drift, or that of some units."""
    found = invocation.look(list_drift, selectors)
    invocation.answer(lambda: view.drift(found), lambda: document.drift(found))
    return exit_codes.DONE
