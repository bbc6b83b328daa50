"""Which programs ran the units last, and which ones run them now."""

from rich.console import Group
from rich.text import Text

from cellwright.app.status.versions import VersionGroup, Versions
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, count, named, stacked
from cellwright.cli.views.programs import programs
from cellwright.model.address import CellAddress


def versions(found: Versions) -> Group:
    """A line for each group of units with the same programs."""
    if not found.groups:
        return Group(Text("no units"))
    return stacked(
        [Text(found.fleet, style=palette.STRONG)], [Columns([_row(group) for group in found.groups])]
    )


def _row(group: VersionGroup) -> tuple[Text, ...]:
    cells: list[CellAddress] = list(dict.fromkeys(unit.of_cell for unit in group.units))
    amount = f"{count(len(group.units), 'unit')} in {named(cells, 'more cell')}"
    return Text(programs(group.binaries)), Text(amount, style=palette.FAINT)
