"""Decide rules of placement.

Panel: Clients 242
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import NoVerifyOption, ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceArguments(CommonArguments):
    """The arguments of `place`."""

    cells: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CELL]...",
            help="Cells whose rules are to be decided: client/acme; default: all that wait.",
            show_default=False,
            autocompletion=completion.cells,
        ),
    ] = None
    release: Annotated[
        bool,
        typer.Option(
            "--release",
            help="End the claim on room of one CELL instead: it was never committed, or is gone for good.",
        ),
    ] = False
    reason: ReasonOption = ""
    no_verify: NoVerifyOption = False


@command(PlaceArguments)
def place(invocation: Invocation, arguments: PlaceArguments) -> int:
    """Decide rules of placement: the account that `!place {...}` chooses is written into the client's file.

    From then on it stands, whatever becomes of the rule or of other accounts. Nothing is applied.
    """
    from cellwright.api.fleet import capacity as document
    from cellwright.app.clients import deciding as use_case
    from cellwright.cli.interaction.commits import telling_commits
    from cellwright.cli.views.look import capacity as view

    cells = tuple(arguments.cells or ())
    if arguments.release:
        if len(cells) != 1:
            raise typer.BadParameter("name the one cell whose room is released", param_hint="--release")
        left = use_case.release_place(invocation.fleet, invocation.actor, cells[0], arguments.reason)
        invocation.answer(lambda: view.released(cells[0], left), lambda: {"cell": cells[0], "released": left})
        return exit_codes.DONE
    request = use_case.PlaceRequest(cells=cells, reason=arguments.reason, hooks=not arguments.no_verify)
    with telling_commits(invocation):
        placed = use_case.place_cells(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.placed(placed), lambda: document.placed(placed))
    return exit_codes.DONE
