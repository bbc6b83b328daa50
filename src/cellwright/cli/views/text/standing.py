"""Where units stand, grouped by cell; what is quiet takes little room."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.results import FleetStatus
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import Hanging, count, stacked
from cellwright.model.address import CellAddress
from cellwright.model.change import Status, UnitStatus

_MANY_UNITS = 60
"""Above this, cells in which everything is up to date are counted, not listed."""


@dataclass(frozen=True, slots=True)
class _CellStatus:
    cell: CellAddress
    units: tuple[UnitStatus, ...]

    @property
    def quiet(self) -> bool:
        return all(unit.status is Status.UP_TO_DATE for unit in self.units)


def status(found: FleetStatus, *, every: bool = False) -> Group:
    """Every unit that needs attention with its reasons; `every` lists the quiet ones of a big fleet too."""
    cells = [
        _CellStatus(cell, tuple(units))
        for cell, units in groupby(found.units, key=lambda unit: unit.address.of_cell)
    ]
    folded = not every and len(found.units) > _MANY_UNITS
    width = max((len(unit.address.stack) for unit in found.units), default=0)
    listed = [cell for cell in cells if not (folded and cell.quiet)]
    hidden = [cell for cell in cells if folded and cell.quiet]
    return stacked(
        [_headline(found, len(cells))],
        *(list(_cell(cell, width)) for cell in listed),
        list(_folded(cells, hidden)),
        [counts(found.units)],
    )


def _headline(found: FleetStatus, cells: int) -> Text:
    return Text.assemble(
        (found.fleet, palette.STRONG),
        (f"  {count(len(found.units), 'unit')} in {count(cells, 'cell')}", palette.FAINT),
    )


def _cell(cell: _CellStatus, width: int) -> Iterator[RenderableType]:
    yield Text(str(cell.cell), style=palette.STRONG)
    for unit in cell.units:
        mark = palette.STATUS[unit.status]
        yield Text.assemble("  ", mark.text(), f" {unit.address.stack.ljust(width)}  ", mark.said())
        for reason in unit.reasons:
            yield Hanging(Text(" " * (width + 6)), Text(reason.summary, style=palette.FAINT))


def _folded(cells: Sequence[_CellStatus], hidden: Sequence[_CellStatus]) -> Iterator[Text]:
    every = Counter(cell.cell.level for cell in cells)
    quiet = Counter(cell.cell.level for cell in hidden)
    for level, amount in quiet.items():
        some = f"{amount:,} of {count(every[level], 'cell')}"
        whole = f"all {count(amount, 'cell')}" if amount == every[level] else some
        yield Text.assemble(
            palette.STATUS[Status.UP_TO_DATE].text(),
            " ",
            (level, palette.STRONG),
            f"  {whole} up to date",
            ("  (--all lists them)", palette.FAINT),
        )


def counts(units: Sequence[UnitStatus]) -> Text:
    """Say how many units stand where: `11 up to date, 1 changed`."""
    amounts = Counter(unit.status for unit in units)
    parts = [
        Text(f"{amounts[status]:,} {palette.STATUS[status].word}", style=palette.STATUS[status].style)
        for status in Status
        if amounts[status]
    ]
    return Text(", ").join(parts) if parts else Text("no units")
