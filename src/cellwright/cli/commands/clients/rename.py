"""Rename a cell, and move its states with it.

Panel: Clients 257
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import NoVerifyOption, ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.app.moves.rename_values import RenamePlan, RenameRequest
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameArguments(CommonArguments):
    """The arguments of `rename`."""

    cell: Annotated[
        str,
        typer.Argument(
            metavar="CELL", help="The cell as it is called now: client/acme.", autocompletion=completion.cells
        ),
    ]
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name: globex.")]
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")
    ] = False
    allow_replace: Annotated[
        bool,
        typer.Option(
            "--allow-replace", help="Go on though the next apply would replace or destroy resources."
        ),
    ] = False
    reason: ReasonOption = ""
    no_verify: NoVerifyOption = False
    yes: YesOption = False


@command(RenameArguments)
def rename(invocation: Invocation, arguments: RenameArguments) -> int:
    """Rename a cell: each unit is planned under the new name, then files, states and records are moved.

    Asks for the new name to be typed, unless --yes is given. Nothing is applied: `cellwright apply` brings
    tags and names up to date afterwards. After a crash, the same command goes on.
    """
    from cellwright.api.fleet import rename as document
    from cellwright.app.moves import rename as use_case
    from cellwright.app.moves.rename_values import RenameRequest
    from cellwright.cli.interaction.commits import telling_commits
    from cellwright.cli.views.change import rename as view

    request = RenameRequest(
        cell=arguments.cell,
        new=arguments.new,
        reason=arguments.reason,
        hooks=not arguments.no_verify,
        allow_replace=arguments.allow_replace,
    )
    planned = _planned(invocation, request)
    if arguments.dry_run:
        invocation.answer(lambda: view.planned(planned), lambda: document.planned(planned))
        return exit_codes.FINDINGS if planned.refused(request) else exit_codes.DONE
    if not planned.goes_on:
        _confirm(invocation, arguments, request, planned)
    shown = replace(request, seen=planned.seen, basis=planned.basis)
    with telling_commits(invocation):
        done = invocation.act(use_case.rename, shown, invocation.note)
    # The plan has told them; of a rename that goes on, none was shown.
    told = done if planned.goes_on else replace(done, warnings=())
    invocation.answer(lambda: view.renamed(told), lambda: document.renamed(done))
    return exit_codes.DONE


def _planned(invocation: Invocation, request: RenameRequest) -> RenamePlan:
    from cellwright.app.moves.rename import plan_rename
    from cellwright.cli.interaction.conversation import open_conversation

    with open_conversation(invocation.error, preapproved=True) as terminal:
        return invocation.act(plan_rename, request, terminal.conversation)


def _confirm(
    invocation: Invocation, arguments: RenameArguments, request: RenameRequest, planned: RenamePlan
) -> None:
    """Show what would be done, refuse what was not asked for, and have the new name typed.

    Raises:
        DiagnosticError: something would be replaced or destroyed; or the name was not typed.
    """
    from cellwright.cli.interaction.approval import confirm_name
    from cellwright.cli.views.change import rename as view
    from cellwright.engine.approval import Uninterrupted
    from cellwright.model.diagnostic import DiagnosticError

    invocation.error.show(view.planned(planned))
    if refused := planned.refused(request):
        raise DiagnosticError(*refused)
    if not arguments.yes:
        question = f"This renames {arguments.cell}. Type its new name to go on: "
        confirm_name(invocation.error, planned.names.new, question, Uninterrupted())
