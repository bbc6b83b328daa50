"""Show what is up to date and what changed, and why.

Panel: Look 150
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import PageArguments

if TYPE_CHECKING:
    from cellwright.api.document import Document
    from cellwright.app.status.status import FleetStatus
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(PageArguments):
    """The arguments of `status`."""

    every: Annotated[
        bool, typer.Option("--all", help="List every unit, also in cells where all is up to date.")
    ] = False
    applied_with: Annotated[
        str | None,
        typer.Option(
            "--applied-with",
            metavar="PROGRAM",
            help="Only units that this ran last: tofu, 'terraform < 1.12'.",
            show_default=False,
        ),
    ] = None
    runs_with: Annotated[
        str | None,
        typer.Option(
            "--runs-with",
            metavar="PROGRAM",
            help="Only units for which the settings choose this.",
            show_default=False,
        ),
    ] = None
    secrets: Annotated[
        bool,
        typer.Option(
            "--secrets", help="Read the secrets that units take, and show which are other ones by now."
        ),
    ] = False


@command(StatusArguments)
def status(invocation: Invocation, arguments: StatusArguments) -> int:
    """Show the status of every unit: up to date, changed and why, new, blocked, failed.

    Compares the fleet's settings with the ledger. Starts no Terraform.
    """
    from cellwright.app.status import status as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import status as view

    request = use_case.StatusRequest(
        selectors=arguments.chosen_selectors,
        relatives=arguments.relatives,
        page=arguments.page,
        applied_with=arguments.applied_with,
        runs_with=arguments.runs_with,
        secrets=arguments.secrets,
    )
    with spinner(invocation.error.stream, "comparing the fleet with the ledger"):
        found = invocation.look(use_case.status, request)
    invocation.answer(lambda: view.status(found, every=arguments.every), lambda: _document(found))
    return exit_codes.DONE


def _document(found: FleetStatus) -> Document:
    from cellwright.api.fleet import status as document

    return document.status(found)
