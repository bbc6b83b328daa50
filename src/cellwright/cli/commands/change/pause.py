"""Have a run begin nothing more for now.

Panel: Change 237
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, RunArgument

if TYPE_CHECKING:
    from rich.text import Text

    from cellwright.cli.invocation import Invocation
    from cellwright.ledger.queue.pauses import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseArguments(CommonArguments):
    """The arguments of `pause`."""

    run: RunArgument
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="TIME",
            help="When it goes on by itself, such as 2026-12-31T14:00Z; default: when somebody unpauses it.",
            show_default=False,
        ),
    ] = ""
    reason: ReasonOption = ""


@command(PauseArguments)
def pause(invocation: Invocation, arguments: PauseArguments) -> int:
    """Begin no further unit of a run that a server or workers carry out; `unpause` lets it go on."""
    from cellwright.api.runs import runs as document
    from cellwright.app.runs.steering import pause as use_case

    request = use_case.RunToPause(
        run=arguments.run, reason=arguments.reason, until=use_case.moment_of(arguments.until)
    )
    found = invocation.act(use_case.pause, request)
    invocation.answer(lambda: view(found), lambda: document.paused(found))
    return exit_codes.DONE


def view(found: Pause) -> Text:
    """Who has paused the run, and until when."""
    from rich.text import Text

    until = f" until {found.until}" if found.until else ""
    return Text(f"{found.paused_by} has paused run {found.run}{until}; what runs now comes to its end")
