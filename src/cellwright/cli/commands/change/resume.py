"""Continue a run after a crash or a failure.

Panel: Change 230
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import AllowDirtyOption, MoveStateOption, ParallelOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeArguments(CommonArguments):
    """The arguments of `resume`."""

    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="A run's id; default: the last run that is not done.",
            show_default=False,
            autocompletion=completion.runs,
        ),
    ] = None
    parallel: ParallelOption = None
    move_state: MoveStateOption = False
    allow_dirty: AllowDirtyOption = False
    yes: YesOption = False


@command(ResumeArguments)
def resume(invocation: Invocation, arguments: ResumeArguments) -> int:
    """Continue a run after a crash, a failure or Ctrl-C. Units that are done are not run again."""
    from cellwright.app.runs import resume as use_case
    from cellwright.cli.interaction.conversation import open_conversation, print_report

    request = use_case.ResumeRequest(
        run=arguments.run,
        parallel=arguments.parallel,
        move_states=arguments.move_state,
        allow_dirty=arguments.allow_dirty,
    )
    with open_conversation(invocation.error, preapproved=arguments.yes) as terminal:
        report = invocation.act(use_case.resume, request, terminal.conversation)
    return print_report(invocation, report, terminal.interrupts)
