"""Let a paused run go on.

Panel: Change 238
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.run_arguments import RunArguments

if TYPE_CHECKING:
    from rich.text import Text

    from cellwright.cli.invocation import Invocation
    from cellwright.ledger.queue.pauses import Pause


@command(RunArguments)
def unpause(invocation: Invocation, arguments: RunArguments) -> int:
    """Let a run go on that somebody has paused, or that was to begin later."""
    from cellwright.api.runs import runs as document
    from cellwright.app.runs.steering import pause as use_case

    request = use_case.RunToUnpause(run=arguments.run, reason=arguments.reason)
    found = invocation.act(use_case.unpause, request)
    invocation.answer(lambda: view(found), lambda: document.paused(found))
    return exit_codes.DONE


def view(found: Pause) -> Text:
    """Whose pause is over."""
    from rich.text import Text

    return Text(f"run {found.run} goes on; {found.paused_by} had paused it")
