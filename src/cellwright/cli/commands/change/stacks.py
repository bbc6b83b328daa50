"""List the stacks; export and update them.

Panel: Change 262
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import NoVerifyOption
from cellwright.model.diagnostic import DiagnosticError, error, has_errors

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@group(CommonArguments)
def stacks(invocation: Invocation, _arguments: CommonArguments) -> int:
    """List the stacks, where each comes from, and which cells have which version of it."""
    from cellwright.api.fleet import stacks as document
    from cellwright.app.stacks import listing as use_case
    from cellwright.cli.views.begin import stacks as view

    invocation.refuse_server()
    found = use_case.list_stacks(invocation.fleet)
    invocation.answer(lambda: view.listed(found), lambda: document.listed(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportArguments(CommonArguments):
    """The arguments of `stacks export`."""

    target: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Where the repositories are made: ../stacks."),
    ]
    stack: Annotated[
        list[str] | None,
        typer.Option(
            "--stack", metavar="NAME", help="client/app; may be repeated. Default: all.", show_default=False
        ),
    ] = None
    remote: Annotated[
        str | None,
        typer.Option(
            "--remote",
            metavar="URL",
            help="They will be reached as URL/NAME.git; default: as folders.",
            show_default=False,
        ),
    ] = None
    tag: Annotated[str, typer.Option("--tag", metavar="TAG", help="The first tag of each.")] = "v1.0.0"
    push: Annotated[bool, typer.Option("--push", help="With --remote: push the repositories there.")] = False
    no_verify: NoVerifyOption = False


@command(ExportArguments, of=stacks)
def export(invocation: Invocation, arguments: ExportArguments) -> int:
    """Make a git repository of each stack that lies in the fleet, and let fleet.yaml name it.

    Each has the folder's history, and a tag with the same files as the folder: no unit changes.
    """
    from cellwright.api.fleet import stacks as document
    from cellwright.app.stacks import export as use_case
    from cellwright.cli.views.begin import stacks as view

    invocation.refuse_server()
    if arguments.push and arguments.remote is None:
        raise DiagnosticError(error("--push needs an address", "add --remote URL"))
    request = use_case.ExportRequest(
        folder=arguments.target,
        stacks=arguments.stack or (),
        remote=arguments.remote,
        tag=arguments.tag,
        push=arguments.push,
        hooks=not arguments.no_verify,
    )
    made = use_case.export(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.exported(made), lambda: document.exported(made))
    return exit_codes.FINDINGS if has_errors(made.findings) else exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateArguments(CommonArguments):
    """The arguments of `stacks update`."""

    name: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME...]", help="`fleet`, or repositories of stacks; default: all.", show_default=False
        ),
    ] = None
    repositories: Annotated[
        Path | None,
        typer.Option(
            "--repositories",
            metavar="DIR",
            help="The folder with the stacks' repositories; default: as fleet.yaml says, or ../stacks.",
            show_default=False,
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what has changed.")] = False


@command(UpdateArguments, of=stacks)
def update(invocation: Invocation, arguments: UpdateArguments) -> int:
    """Show what has changed in the reference since your copy was made, and merge it on a branch of its own.

    Your branches and files stay as they are, and nothing is pushed.
    """
    from cellwright.api.fleet import stacks as document
    from cellwright.app.stacks import update as use_case
    from cellwright.cli.views.begin import stack_updates as view

    invocation.refuse_server()
    request = use_case.UpdateRequest(
        repositories=arguments.repositories, only=arguments.name or (), dry_run=arguments.dry_run
    )
    found = use_case.update(invocation.fleet, request)
    invocation.answer(lambda: view.updates(found), lambda: document.updates(found))
    stuck = {use_case.Standing.CONFLICTS, use_case.Standing.BUSY}
    return (
        exit_codes.FINDINGS if any(item.standing in stuck for item in found.repositories) else exit_codes.DONE
    )
