"""`cellwright status`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.app.status import status as fleet_status
from cellwright.cli import errors
from cellwright.cli.arguments import command
from cellwright.cli.selection import Selecting
from cellwright.cli.session import Session
from cellwright.cli.views.document import standing as document
from cellwright.cli.views.text import standing as text


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(Selecting):
    """What `status` takes."""

    every: Annotated[
        bool, typer.Option("--all", help="List every unit, also in cells where all is up to date.")
    ] = False


@command(StatusArguments)
def status(session: Session, arguments: StatusArguments) -> int:
    """Show where every unit stands: up to date, changed and why, never applied, blocked, failed.

    Compares the fleet's settings with the ledger. Starts no Terraform.
    """
    found = fleet_status(session.location, arguments.chosen_selectors, arguments.relatives)
    session.answer(lambda: text.status(found, every=arguments.every), lambda: document.status(found))
    return errors.DONE
