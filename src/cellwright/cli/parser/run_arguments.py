"""Arguments of commands about a run that is under way."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments
from cellwright.cli.parser.selection import ReasonOption, RunArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments(CommonArguments):
    """Arguments of a command that asks something of a run."""

    run: RunArgument
    reason: ReasonOption = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerArguments(CommonArguments):
    """Arguments of a command that answers for plans of a run."""

    run: RunArgument
    units: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UNIT]...",
            help="Addresses of units; default: all that wait.",
            show_default=False,
            autocompletion=completion.units,
        ),
    ] = None
    reason: ReasonOption = ""
