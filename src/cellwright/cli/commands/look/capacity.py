"""Show how full each account is.

Panel: Look 158
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityArguments(CommonArguments):
    """The arguments of `capacity`."""

    place: Annotated[
        str | None,
        typer.Argument(
            metavar="[ACCOUNT]",
            help="An account, or another cell in which clients are placed; default: all.",
            show_default=False,
        ),
    ] = None


@command(CapacityArguments)
def capacity(invocation: Invocation, arguments: CapacityArguments) -> int:
    """Show how full each account is: what AWS limits, what is used of it, how many more clients fit."""
    from cellwright.api.fleet import capacity as document
    from cellwright.app.fleet import capacity as use_case
    from cellwright.cli.views.look import capacity as view

    found = invocation.look(use_case.show_capacity, arguments.place)
    one = arguments.place is not None
    invocation.answer(
        lambda: view.one(found) if one else view.capacity(found), lambda: document.capacity(found)
    )
    return exit_codes.DONE
