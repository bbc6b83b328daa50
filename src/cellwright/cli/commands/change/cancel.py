"""Stop a run of another process after what runs.

Panel: Change 236
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from rich.text import Text

    from cellwright.cli.invocation import Invocation
    from cellwright.ledger.cancels import CancelRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelArguments(CommonArguments):
    """The arguments of `cancel`."""

    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; `cellwright runs` lists them.")]
    reason: ReasonOption = ""


@command(CancelArguments)
def cancel(invocation: Invocation, arguments: CancelArguments) -> int:
    """Ask a run to stop after what runs, as Ctrl-C in its own terminal does; `resume` goes on with it."""
    from cellwright.api.runs import approvals as document
    from cellwright.app.runs import cancel as use_case

    request = use_case.RunToCancel(run=arguments.run, reason=arguments.reason)
    found = invocation.act(use_case.cancel, request)
    invocation.answer(lambda: view(found), lambda: document.cancelled(found))
    return exit_codes.DONE


def view(found: CancelRequest) -> Text:
    """Who has asked the run to stop."""
    from rich.text import Text

    return Text(f"{found.requested_by} has asked run {found.run} to stop; what runs now is finished first")
