"""Show the resolved inputs of units.

Panel: Look 120
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import PageArguments
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Columns, next_page
from cellwright.cli.views.value import assignment

if TYPE_CHECKING:
    from cellwright.app.fleet.show import ShownUnit, ShownUnits
    from cellwright.cli.session import Session


@command(PageArguments)
def show(session: Session, arguments: PageArguments) -> int:
    """Show units with their resolved inputs, as Terraform will be given them.

    Outputs of other units are shown as references; sensitive values are masked.
    """
    from cellwright.api import show as document
    from cellwright.app.fleet import show as use_case
    from cellwright.cli.progress.spinner import spinner

    request = use_case.ShowRequest(
        selectors=arguments.chosen_selectors, relatives=arguments.relatives, page=arguments.page
    )
    with spinner(session.error.stream, "reading the fleet"):
        shown = use_case.show(session.fleet, request)
    session.answer_in_parts(lambda: view(shown), lambda: document.units(shown))
    return exit_codes.DONE


def view(shown: ShownUnits) -> Iterator[RenderableType]:
    """Each unit with its stack, what it needs, and every input."""
    empty = True
    for unit in shown.units:
        if not empty:
            yield BLANK
        empty = False
        yield Group(*_unit(unit))
    if empty:
        yield Text("no units")
    if shown.next is not None:
        yield Group(BLANK, next_page(f"--after {shown.next}"))


def _unit(unit: ShownUnit) -> Iterator[RenderableType]:
    title = Text(str(unit.address), style=palette.STRONG)
    if not unit.enabled:
        title.append("  switched off", style=palette.CAUTION)
    yield title
    source = unit.source if unit.version is None else f"{unit.source} @ {unit.version}"
    rows = [(Text("stack"), Text(source))]
    if unit.needs:
        rows.append((Text("needs"), Text(", ".join(str(need) for need in unit.needs))))
    yield Columns(rows, indent=2)
    width = max((len(name) for name in unit.inputs), default=0)
    for name, value in unit.inputs.items():
        yield from assignment(Text(f"  {name.ljust(width)} = "), value, indent=2)
