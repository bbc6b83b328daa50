"""Show where an input's value comes from.

Panel: Look 130
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, stacked
from cellwright.cli.views.value import assignment, on_one_line

if TYPE_CHECKING:
    from cellwright.app.fleet.explain import ChainLink, Explanation
    from cellwright.cli.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainArguments(CommonArguments):
    """The arguments of `explain`."""

    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's address: client/acme/app.")]
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[INPUT]",
            help="An input, or a path into one: replicas, tags.team; default: all.",
            show_default=False,
        ),
    ] = None


@command(ExplainArguments)
def explain(session: Session, arguments: ExplainArguments) -> int:
    """Show where an input's value comes from: every layer that set it, the winner last."""
    from cellwright.api import explain as document
    from cellwright.app.fleet import explain as use_case
    from cellwright.cli.progress.spinner import spinner

    request = use_case.ExplainRequest(unit=arguments.unit, input=arguments.name)
    with spinner(session.error.stream, "reading the fleet"):
        found = use_case.explain(session.fleet, request)
    session.answer(
        lambda: view(arguments.unit, found),
        lambda: (
            document.explanation(found[0])
            if arguments.name is not None and len(found) == 1
            else document.explanations(arguments.unit, found)
        ),
    )
    return exit_codes.DONE


def view(unit: str, found: Sequence[Explanation]) -> Group:
    """For each input the chain of layers that set it, the winner last and marked."""
    if not found:
        return Group(Text.assemble((unit, palette.STRONG), " takes no inputs from the settings"))
    return stacked(*(list(_explanation(item)) for item in found))


def _explanation(item: Explanation) -> Iterator[RenderableType]:
    lead = Text.assemble((f"{item.unit}  ", palette.FAINT), (item.input, palette.STRONG), " = ")
    yield from assignment(lead, item.value)
    last = len(item.chain) - 1
    yield Columns([_link(link, winner=number == last) for number, link in enumerate(item.chain)], indent=2)


def _link(link: ChainLink, *, winner: bool) -> tuple[Text, Text]:
    style = palette.STRONG if winner else palette.FAINT
    place = Text.assemble(("▸ " if winner else "  ", palette.GOOD), (str(link.position), style))
    value = on_one_line(link.value)
    value.stylize(style)
    return place, value
