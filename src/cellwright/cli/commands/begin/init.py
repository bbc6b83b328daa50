"""Scaffold a fleet repository from the reference fleet.

Panel: Begin 10
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.model.diagnostic import DiagnosticError, error, has_errors

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(CommonArguments):
    """The arguments of `init`."""

    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")]
    split: Annotated[
        bool,
        typer.Option(
            "--split",
            help="Make git repositories: DIR/fleet, and DIR/stacks/NAME for each stack, tagged v1.0.0.",
        ),
    ] = False
    remote: Annotated[
        str | None,
        typer.Option(
            "--remote",
            metavar="URL",
            help="With --split: they are reached as URL/NAME.git; default: as folders.",
            show_default=False,
        ),
    ] = None
    push: Annotated[bool, typer.Option("--push", help="With --remote: push the repositories there.")] = False


@command(InitArguments)
def init(invocation: Invocation, arguments: InitArguments) -> int:
    """Scaffold a fleet repository from the reference fleet, ready to be changed.

    With --split the fleet and each of its stacks is a git project of its own, as a team keeps them.
    """
    from cellwright.api.fleet import init as document
    from cellwright.app.fleet import init as use_case
    from cellwright.cli.views.begin import init as view

    invocation.refuse_server()
    if arguments.split:
        return _split(invocation, arguments)
    if arguments.remote is not None or arguments.push:
        raise DiagnosticError(error("--remote and --push go with --split", "add --split, or leave them out"))
    target = arguments.target
    written = use_case.init(target, invocation.environment)
    invocation.answer(lambda: view.init(target, written), lambda: document.init(target, written))
    return exit_codes.DONE


def _split(invocation: Invocation, arguments: InitArguments) -> int:
    from cellwright.api.fleet import stacks as document
    from cellwright.app.stacks import split as use_case
    from cellwright.cli.views.begin import stacks as view

    request = use_case.SplitRequest(folder=arguments.target, remote=arguments.remote, push=arguments.push)
    made = use_case.split(request, invocation.environment)
    invocation.answer(lambda: view.split(made), lambda: document.split(made))
    return exit_codes.FINDINGS if has_errors(made.findings) else exit_codes.DONE
