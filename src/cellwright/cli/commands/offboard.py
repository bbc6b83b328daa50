"""Remove a client: destroy its infrastructure, then its settings.

Panel: Change 250
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import AcceptStateOption, NoVerifyOption, ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardArguments(CommonArguments):
    """The arguments of `offboard`."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's name.")]
    reason: ReasonOption = ""
    accept_state: AcceptStateOption = ""
    no_verify: NoVerifyOption = False
    yes: YesOption = False


@command(OffboardArguments)
def offboard(invocation: Invocation, arguments: OffboardArguments) -> int:
    """Remove a client: destroy its units in reverse order, then remove its settings and commit.

    Asks for the client's name to be typed, unless --yes is given.
    """
    from cellwright.app.clients import offboard as use_case
    from cellwright.cli.interaction.approval import confirm_offboarding
    from cellwright.cli.interaction.conversation import open_conversation, print_report
    from cellwright.engine.approval import NAME_TYPED, YES, Uninterrupted

    if not arguments.yes:
        confirm_offboarding(invocation.error, arguments.name, Uninterrupted())
    how = YES if arguments.yes else NAME_TYPED
    request = use_case.OffboardRequest(
        name=arguments.name,
        reason=arguments.reason,
        accept_state=arguments.accept_state,
        hooks=not arguments.no_verify,
    )
    with open_conversation(invocation.error, preapproved=True, how=how) as terminal:
        report = invocation.act(use_case.offboard, request, terminal.conversation)
    return print_report(invocation, report, terminal.interrupts)
