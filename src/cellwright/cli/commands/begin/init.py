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

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(CommonArguments):
    """The arguments of `init`."""

    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")]


@command(InitArguments)
def init(invocation: Invocation, arguments: InitArguments) -> int:
    """Scaffold a fleet repository from the reference fleet, ready to be changed."""
    from cellwright.api.fleet import init as document
    from cellwright.app.fleet import init as use_case
    from cellwright.cli.views import init as view

    invocation.refuse_server()
    target = arguments.target
    written = use_case.init(target, invocation.environment)
    invocation.answer(lambda: view.init(target, written), lambda: document.init(target, written))
    return exit_codes.DONE
