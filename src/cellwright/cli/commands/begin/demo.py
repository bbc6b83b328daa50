"""Bring up the reference fleet on an emulated AWS.

Panel: Begin 20
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.failure.exceptions import CommandInterruptedError
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArguments(CommonArguments):
    """The arguments of `demo`."""

    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The whole fleet: three accounts and clients, and their destruction; takes longer.",
        ),
    ] = False
    once: Annotated[
        bool,
        typer.Option("--once", help="End after the last step; else the console runs until Ctrl-C."),
    ] = False
    binary: Annotated[
        str | None,
        typer.Option(
            "--binary",
            metavar="NAME",
            help="What runs it: terraform, tofu, another name on the PATH or a path; else whichever is here.",
        ),
    ] = None


@command(DemoArguments)
def demo(invocation: Invocation, arguments: DemoArguments) -> int:
    """Bring up the reference fleet on an emulated AWS: an account, two clients, a change, the audit trail.

    Runs the real Terraform or OpenTofu. Needs no cloud account and asks nothing.
    """
    from cellwright.cli.interaction.conversation import open_conversation
    from cellwright.cli.interaction.demo_view import ScreenView
    from cellwright.demo import demo as use_case
    from cellwright.model.diagnostic import DiagnosticError

    invocation.refuse_server()
    request = use_case.DemoRequest(
        full=arguments.full,
        once=arguments.once,
        relay=invocation.relay,
        binary=_absolute(arguments.binary),
        environment=invocation.environment,
    )
    screen = invocation.error if invocation.json else invocation.output
    talking = open_conversation(invocation.error, preapproved=True, how="demo", preparing="the demo")
    with talking as terminal:
        try:
            use_case.demo(request, ScreenView(screen, terminal, invocation.json))
        except DiagnosticError:
            if terminal.interrupts.requested():
                # The run failed because it was interrupted.
                raise CommandInterruptedError from None
            raise
    return exit_codes.DONE


def _absolute(binary: str | None) -> str | None:
    """Complete a path: the demo's fleet, which will name it, lies elsewhere."""
    return str(Path(binary).expanduser().absolute()) if binary and "/" in binary else binary
