"""Which version of its stack each unit has, and which program runs it: applied and wanted."""

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from cellwright.app.status.stack_versions import StackVersion
from cellwright.app.status.versions import VersionGroup, Versions
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, count, named, stacked
from cellwright.cli.views.look.programs import programs
from cellwright.model.address import CellAddress, UnitAddress


def versions(found: Versions) -> Group:
    """A line for each stack and version, then one for each program."""
    if not found.groups:
        return Group(Text("no units"))
    return stacked(
        [Text(found.fleet, style=palette.STRONG)],
        [Columns(list(_stacks(found.stacks)), header=("stack", "applied", "wanted", "where"))]
        if found.stacks
        else [],
        [Columns([_row(group) for group in found.groups])],
    )


def _stacks(found: Sequence[StackVersion]) -> Iterator[tuple[Text, ...]]:
    before = None
    for group in found:
        stack = f"{group.level}/{group.stack}"
        yield (
            Text("" if stack == before else stack),
            Text(group.applied or "never", style=palette.GOOD if group.same else palette.CAUTION),
            Text("as applied" if group.same else group.wanted, style=palette.FAINT if group.same else ""),
            Text(_where(group.units), style=palette.FAINT),
        )
        before = stack


def _row(group: VersionGroup) -> tuple[Text, ...]:
    return (
        Text(programs(group.binaries)),
        Text(f"{count(len(group.units), 'unit')} in {_where(group.units)}", style=palette.FAINT),
    )


def _where(units: Sequence[UnitAddress]) -> str:
    cells: list[CellAddress] = list(dict.fromkeys(unit.of_cell for unit in units))
    return named(cells, "more cell")
