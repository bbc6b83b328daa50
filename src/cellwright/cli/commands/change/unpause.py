"""Let a paused run go on.

Panel: Change 238
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
    from cellwright.ledger.queue.pauses import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpauseArguments(CommonArguments):
    """The arguments of `unpause`."""

    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; `cellwright runs` lists them.")]
    reason: ReasonOption = ""


@command(UnpauseArguments)
def unpause(invocation: Invocation, arguments: UnpauseArguments) -> int:
    """Let a run go on that somebody has paused, or that was to begin later."""
    from cellwright.api.runs import runs as document
    from cellwright.app.runs import pause as use_case

    request = use_case.RunToUnpause(run=arguments.run, reason=arguments.reason)
    found = invocation.act(use_case.unpause, request)
    invocation.answer(lambda: view(found), lambda: document.paused(found))
    return exit_codes.DONE


def view(found: Pause) -> Text:
    """Whose pause is over."""
    from rich.text import Text

    return Text(f"run {found.run} goes on; {found.paused_by} had paused it")
