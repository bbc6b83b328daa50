"""Approve plans that wait in a run of another process.

Panel: Change 232
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import command
from cellwright.cli.parser.run_arguments import AnswerArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveArguments(AnswerArguments):
    """The arguments of `approve`."""

    yes: Annotated[bool, typer.Option("--yes", "-y", help="The plans were seen elsewhere: don't ask.")] = (
        False
    )


@command(ApproveArguments)
def approve(invocation: Invocation, arguments: ApproveArguments) -> int:
    """Show the plans of a run that wait for an answer, ask, and record the approval under your name.

    The process that carries out the run applies them at once; if it has died, `resume` does.
    """
    from cellwright.app.runs.steering.approve import ApproveRequest
    from cellwright.cli.interaction.answering import approve_plans
    from cellwright.ledger.approvals import COMMAND, UNSEEN

    request = ApproveRequest(
        run=arguments.run,
        units=tuple(arguments.units or ()),
        reason=arguments.reason,
        how=UNSEEN if arguments.yes else COMMAND,
    )
    return approve_plans(invocation, request, seen=arguments.yes)
