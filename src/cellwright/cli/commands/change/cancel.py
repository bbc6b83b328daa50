"""Stop a run of another process after what runs.

Panel: Change 236
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.run_arguments import RunArguments

if TYPE_CHECKING:
    from rich.text import Text

    from cellwright.cli.invocation import Invocation
    from cellwright.ledger.cancels import CancelRequest


@command(RunArguments)
def cancel(invocation: Invocation, arguments: RunArguments) -> int:
    """Ask a run to stop after what runs, as Ctrl-C in its own terminal does; `resume` goes on with it."""
    from cellwright.api.runs import approvals as document
    from cellwright.app.runs.steering import cancel as use_case

    request = use_case.RunToCancel(run=arguments.run, reason=arguments.reason)
    found = invocation.act(use_case.cancel, request)
    invocation.answer(lambda: view(found), lambda: document.cancelled(found))
    return exit_codes.DONE


def view(found: CancelRequest) -> Text:
    """Who has asked the run to stop."""
    from rich.text import Text

    from cellwright.cli.screen.palette import ACCENT

    if found.ended:
        given_up = f"nobody carried out run {found.run} any more: it is cancelled now; to go on with it: "
        return Text.assemble(given_up, (f"cellwright resume {found.run}", ACCENT))
    return Text(f"{found.requested_by} has asked run {found.run} to stop; what runs now is finished first")
