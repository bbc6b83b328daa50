"""Allow a cell to be made anew elsewhere.

Panel: Clients 259
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocateArguments(CommonArguments):
    """The arguments of `relocate`."""

    cell: Annotated[
        str, typer.Argument(metavar="CELL", help="The cell: client/acme.", autocompletion=completion.cells)
    ]
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it means.")] = False
    reason: ReasonOption = ""
    yes: YesOption = False


@command(RelocateArguments)
def relocate(invocation: Invocation, arguments: RelocateArguments) -> int:
    """Say what it means that a cell's file names another place, and allow it once its name is typed.

    Terraform can't bring resources to another account or region, so `plan` and `apply` refuse such a cell.
    The way is to onboard a new client there, to bring over its data, and to offboard the old one. What this
    allows instead: all is made anew, and what is in the former place stays, and no state knows it.
    """
    from cellwright.api.fleet import relocate as document
    from cellwright.app.moves import relocate as use_case
    from cellwright.cli.interaction.approval import confirm_name
    from cellwright.cli.views.change import relocate as view
    from cellwright.engine.approval import Uninterrupted

    found = invocation.look(use_case.look_at_relocation, arguments.cell)
    if arguments.dry_run:
        invocation.answer(lambda: view.relocation(found), lambda: document.relocation(found))
        return exit_codes.DONE
    invocation.error.show(view.relocation(found))
    if not arguments.yes:
        question = f"This leaves what {found.cell} has in '{found.before}' behind. Type its name to go on: "
        confirm_name(invocation.error, found.cell.cell, question, Uninterrupted())
    done = invocation.act(use_case.relocate, found, arguments.reason)
    invocation.answer(lambda: view.allowed(done), lambda: document.relocation(done))
    return exit_codes.DONE
