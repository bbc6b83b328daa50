"""Show where an input's value comes from.

Panel: Look 130
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainArguments(CommonArguments):
    """The arguments of `explain`."""

    unit: Annotated[
        str,
        typer.Argument(
            metavar="UNIT", help="A unit's address: client/acme/app.", autocompletion=completion.units
        ),
    ]
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[INPUT]",
            help="An input, a path into one (tags.team), or terraform; default: all inputs.",
            show_default=False,
            autocompletion=completion.inputs,
        ),
    ] = None


@command(ExplainArguments)
def explain(invocation: Invocation, arguments: ExplainArguments) -> int:
    """Show where an input's value comes from: every layer that set it, the winner last.

    References within a value are followed to the lines that say what they stand for. Without an INPUT, the
    defaults of the stack are listed after the inputs.
    """
    from cellwright.api.fleet import explain as document
    from cellwright.app.fleet import explain as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import explain as view

    request = use_case.ExplainRequest(unit=arguments.unit, input=arguments.name)
    with spinner(invocation.error.stream, "reading the fleet"):
        found = invocation.look(use_case.explain, request)
    invocation.answer(
        lambda: view.explain(arguments.unit, found),
        lambda: (
            document.explanation(found[0])
            if arguments.name is not None and len(found) == 1
            else document.explanations(arguments.unit, found)
        ),
    )
    return exit_codes.DONE
