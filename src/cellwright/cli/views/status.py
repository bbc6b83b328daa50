"""The status of units, grouped by cell; a big fleet's cells that are up to date are only counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.status.status import FleetStatus
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, Hanging, count, named, next_page, stacked
from cellwright.cli.views.programs import programs
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import UnitBinaries
from cellwright.model.client_life import ClientState
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus

_MANY_UNITS = 60
"""Above this, cells in which everything is up to date are counted, not listed."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What is printed of one unit, without its cell: equal for units of several cells with one status."""

    stack: str
    status: Status
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CellStatus:
    cell: CellAddress
    lines: tuple[_Line, ...]

    @classmethod
    def of(
        cls, cell: CellAddress, units: Iterable[UnitStatus], binaries: Mapping[UnitAddress, UnitBinaries]
    ) -> "_CellStatus":
        """Collect a cell's units; a reason names units of the same cell by their stacks only."""
        lines = (
            _Line(
                unit.address.stack,
                unit.status,
                (
                    *(_shown(reason, cell) for reason in unit.reasons),
                    *((programs(binaries[unit.address]),) if unit.address in binaries else ()),
                ),
            )
            for unit in units
        )
        return cls(cell, tuple(lines))

    @property
    def quiet(self) -> bool:
        return all(line.status is Status.UP_TO_DATE for line in self.lines)


def _shown(reason: Reason, cell: CellAddress) -> str:
    # The place of a state often holds the unit's address, as a part of a path.
    if reason.kind is ReasonKind.BACKEND:
        return reason.summary
    return reason.summary.replace(f"{cell}/", "")


def status(found: FleetStatus, *, every: bool = False) -> Group:
    """Every unit with its reasons. In a big fleet, unless `every`, cells with equal lines share a listing."""
    cells = [
        _CellStatus.of(CellAddress(*parts), units, found.binaries)
        for parts, units in groupby(found.units, key=lambda unit: (unit.address.level, unit.address.cell))
    ]
    folded = not (every or found.binaries) and len(found.units) > _MANY_UNITS
    width = max((len(unit.address.stack) for unit in found.units), default=0)
    listed = [cell for cell in cells if not (folded and cell.quiet)]
    hidden = [cell for cell in cells if folded and cell.quiet]
    alike: dict[object, list[_CellStatus]] = {}
    for cell in listed:
        alike.setdefault((cell.cell.level, cell.lines) if folded else cell.cell, []).append(cell)
    return stacked(
        [_headline(found, len(cells))],
        *(list(_cells(group, width)) for group in alike.values()),
        list(_folded(cells, hidden)),
        list(_clients(found)),
        [counts(found.units), *([] if found.next is None else [next_page(f"--after {found.next}")])],
    )


def _headline(found: FleetStatus, cells: int) -> Text:
    return Text.assemble(
        (found.fleet, palette.STRONG),
        (f"  {count(len(found.units), 'unit')} in {count(cells, 'cell')}", palette.FAINT),
    )


def _cells(cells: Sequence[_CellStatus], width: int) -> Iterator[RenderableType]:
    title = Text(named([cell.cell for cell in cells], "more cell"), style=palette.STRONG)
    if len(cells) > 1:
        title.append("  alike", style=palette.FAINT)
    yield Flowing(title, indent=2)
    for line in cells[0].lines:
        mark = palette.STATUS[line.status]
        yield Text.assemble("  ", mark.text(), f" {line.stack.ljust(width)}  ", mark.label())
        for reason in line.reasons:
            yield Hanging(Text(" " * (width + 6)), Text(reason, style=palette.FAINT))


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


def _clients(found: FleetStatus) -> Iterator[RenderableType]:
    """The clients that are suspended, or being offboarded."""
    for state in dict.fromkeys(found.clients.values()):
        cells = [cell for cell, other in found.clients.items() if other is state]
        word = "being offboarded" if state is ClientState.OFFBOARDING else state.value
        yield Flowing(Text.assemble((f"{word}: ", palette.CAUTION), named(cells, "more client")))


def counts(units: Sequence[UnitStatus]) -> Text:
    """Return how many units have which status: `11 up to date, 1 changed`."""
    amounts = Counter(unit.status for unit in units)
    parts = [
        Text(f"{amounts[status]:,} {palette.STATUS[status].word}", style=palette.STATUS[status].style)
        for status in Status
        if amounts[status]
    ]
    return Text(", ").join(parts) if parts else Text("no units")
