"""`cellwright init`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cellwright.app.scaffold import init as scaffold_fleet
from cellwright.cli import errors
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.session import Session
from cellwright.cli.views.document import scaffold as document
from cellwright.cli.views.text import scaffold as text


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(Everywhere):
    """What `init` takes."""

    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")]


@command(InitArguments)
def init(session: Session, arguments: InitArguments) -> int:
    """Scaffold a fleet repository from the reference fleet, ready to be changed."""
    written = scaffold_fleet(arguments.target)
    session.answer(
        lambda: text.scaffolded(arguments.target, written),
        lambda: document.scaffolded(arguments.target, written),
    )
    return errors.DONE
