"""Print the output of Terraform in a run.

Panel: Look back 320
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import RunArgument

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsArguments(CommonArguments):
    """The arguments of `logs`."""

    run: RunArgument
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar="[UNIT]",
            help="A unit's address; default: all units of the run.",
            show_default=False,
            autocompletion=completion.units,
        ),
    ] = None


@command(LogsArguments)
def logs(invocation: Invocation, arguments: LogsArguments) -> int:
    """Print the output of Terraform in a run, unit by unit, never interleaved."""
    from cellwright.api.runs import logs as document
    from cellwright.app.history import logs as use_case
    from cellwright.cli.screen.screen import plain_line
    from cellwright.cli.views.look_back import logs as view

    found = invocation.look(use_case.logs, use_case.LogsRequest(run=arguments.run, unit=arguments.unit))
    if invocation.json or not invocation.output.endless:
        invocation.answer_in_parts(lambda: view.logs(found), lambda: document.logs(arguments.run, found))
        return exit_codes.DONE
    for line in view.logs(found):
        invocation.output.stream.write(f"{plain_line(line)}\n")
    return exit_codes.DONE
