"""Show the outputs of a unit.

Panel: Look 127
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, UnitArgument

if TYPE_CHECKING:
    from cellwright.app.by_hand.outputs import ShownOutputs
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputArguments(CommonArguments):
    """The arguments of `output`."""

    unit: UnitArgument
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One output; default: all.", show_default=False)
    ] = None
    raw: Annotated[
        bool, typer.Option("--raw", help="Print the text of one output as it is, for a script.")
    ] = False
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show sensitive values, from the state; it is recorded.")
    ] = False
    reason: ReasonOption = ""


@command(OutputArguments)
def output(invocation: Invocation, arguments: OutputArguments) -> int:
    """Show the outputs of a unit as they were applied last; sensitive ones are masked."""
    from cellwright.api.fleet import outputs as document
    from cellwright.app.by_hand.outputs import OutputRequest, outputs, revealed_outputs
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import outputs as view

    if arguments.raw and (arguments.name is None or invocation.json):
        raise typer.BadParameter("name one output, without --json", param_hint="--raw")
    request = OutputRequest(unit=arguments.unit, name=arguments.name, reason=arguments.reason)
    with spinner(invocation.error.stream, "reading the outputs"):
        if arguments.reveal:
            invocation.needs_folder(
                "a server shows no sensitive output", "leave out --reveal to see the others"
            )
            found = revealed_outputs(invocation.fleet, invocation.actor, request)
        else:
            found = invocation.look(outputs, request)
    if found.outdated:
        invocation.note(view.outdated(found))
    if arguments.raw:
        invocation.output.stream.write(_text(found, arguments.name or ""))
        return exit_codes.DONE
    _refuse_masked(found, arguments.name)
    if arguments.name is not None and not invocation.json:
        invocation.output.show(view.value(found.outputs[arguments.name].value))
        return exit_codes.DONE
    invocation.answer(
        lambda: view.outputs(found),
        lambda: document.outputs(found) if arguments.name is None else found.outputs[arguments.name].value,
    )
    return exit_codes.DONE


def _refuse_masked(found: ShownOutputs, name: str | None) -> None:
    from cellwright.model.diagnostic import DiagnosticError, error

    if name is not None and found.outputs[name].masked:
        told = f"output '{name}' of {found.unit} is sensitive"
        raise DiagnosticError(error(told, "to see it: --reveal, which is recorded"))


def _text(found: ShownOutputs, name: str) -> str:
    from cellwright.model.diagnostic import DiagnosticError, error
    from cellwright.model.text.json_text import PLAIN

    _refuse_masked(found, name)
    value = found.outputs[name].value
    if value is None or isinstance(value, list | tuple | dict):
        told = f"output '{name}' of {found.unit} is no single text"
        raise DiagnosticError(error(told, "take it as JSON: --json in place of --raw"))
    return value if isinstance(value, str) else PLAIN.write(value)
