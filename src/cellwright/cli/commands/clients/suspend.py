"""Suspend a client: it is switched off, its data stays.

Panel: Clients 245
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ParallelOption, ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendArguments(CommonArguments):
    """The arguments of `suspend` and `reinstate`."""

    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The client's name.", autocompletion=completion.clients)
    ]
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@command(SuspendArguments)
def suspend(invocation: Invocation, arguments: SuspendArguments) -> int:
    """Suspend a client: its file says so, the layer for suspended cells is put on top, and it is applied."""
    return change_suspension(invocation, arguments, suspended=True)


def change_suspension(invocation: Invocation, arguments: SuspendArguments, *, suspended: bool) -> int:
    """Suspend a client, or reinstate it."""
    from cellwright.app.clients import suspend as use_case
    from cellwright.cli.interaction.commits import telling_commits
    from cellwright.cli.interaction.conversation import open_conversation, print_report
    from cellwright.cli.screen.screen import interactive

    request = use_case.SuspendRequest(
        name=arguments.name, suspended=suspended, reason=arguments.reason, parallel=arguments.parallel
    )
    if not (arguments.yes or interactive() or invocation.server):
        # What can't be is said first: no --yes would help there.
        use_case.refuse_suspension(invocation.fleet, request)
    talking = open_conversation(invocation.error, preapproved=arguments.yes)
    with telling_commits(invocation), talking as terminal:
        report = invocation.act(use_case.suspend, request, terminal.conversation)
    code = print_report(invocation, report, terminal.interrupts)
    if code != exit_codes.DONE:
        other = "reinstate" if suspended else "suspend"
        invocation.note(
            f"The file of {arguments.name} is committed and stays, so the next apply does what it says. "
            f"To take it back: cellwright {other} {arguments.name}; to go on, repeat this."
        )
    return code
