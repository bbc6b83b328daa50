"""Scaffold a fleet repository from the reference fleet.

Panel: Begin 10
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, count, stacked

if TYPE_CHECKING:
    from cellwright.cli.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(CommonArguments):
    """The arguments of `init`."""

    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")]


@command(InitArguments)
def init(session: Session, arguments: InitArguments) -> int:
    """Scaffold a fleet repository from the reference fleet, ready to be changed."""
    from cellwright.api import init as document
    from cellwright.app.fleet import init as use_case

    target = arguments.target
    written = use_case.init(target, session.environment)
    session.answer(lambda: view(target, written), lambda: document.init(target, written))
    return exit_codes.DONE


_NEXT = (
    ("cellwright check", "look for errors in the settings"),
    ("cellwright status", "see what there is to do"),
    ("cellwright apply 'base/**'", "bring up the lowest level"),
)


def view(folder: Path, written: Sequence[Path]) -> Group:
    """How many files were written, and which commands to try."""
    steps = [(Text(f"cd {folder}", style=palette.ACCENT), Text(""))]
    steps += [
        (Text(command, style=palette.ACCENT), Text(purpose, style=palette.FAINT))
        for command, purpose in _NEXT
    ]
    total = f" {count(len(written), 'file')} written to "
    return stacked(
        [Text.assemble(("✓", palette.GOOD), total, (str(folder), palette.STRONG))],
        [Text("Next:"), Columns(steps, indent=2)],
    )
