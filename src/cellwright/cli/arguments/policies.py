"""What `policy` and `policy test` take."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cellwright.cli.arguments.declaring import Act, Everywhere, callback
from cellwright.cli.help import HelpfulCommand, HelpfulGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialArguments(Everywhere):
    """What `policy test` takes."""

    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="A folder of policies; default: those of the fleet and of its packs.",
            show_default=False,
        ),
    ] = None


def _policy() -> TyperGroup:
    app = typer.Typer(name="policy", add_completion=False, rich_markup_mode=None)
    app.callback(
        cls=HelpfulGroup,
        invoke_without_command=True,
        help="List the policies that judge every plan of this fleet before it can be applied.",
    )(callback(Everywhere, Act("policies", "overview")))
    app.command(
        "test", cls=HelpfulCommand, help="Run the policies' own tests: rules that are called test_..."
    )(callback(TrialArguments, Act("policies", "trial")))
    made = get_command(app)
    if not isinstance(made, TyperGroup):
        raise TypeError(f"policy made a {type(made).__name__}, not a group")
    return made


policy = _policy()
