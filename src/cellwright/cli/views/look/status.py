"""The status of units, grouped by cell; in a big fleet, cells with the same to do are one listing."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.status.status import FleetStatus
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, Hanging, count, named, next_page, stacked
from cellwright.cli.views.look.programs import programs
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.coming_first import ComingFirst, waits_of

_MANY_UNITS = 60
_MANY_CELLS = 10
"""Above these, cells in which everything is up to date are counted, and equal ones are listed once."""

_NAMED_FIRST = 3
"""Units that are named of those that come before a new one."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's units that are listed."""

    address: CellAddress
    units: tuple[UnitStatus, ...]

    @property
    def to_do(self) -> object:
        """Equal for cells whose lists look the same."""
        units = ((unit.address.stack, unit.status, self._reasons(unit)) for unit in self.units)
        return (self.address.level, tuple(units))

    def _reasons(self, unit: UnitStatus) -> tuple[str, ...]:
        return tuple(within(reason, self.address) for reason in unit.reasons)


def within(reason: Reason, cell: CellAddress) -> str:
    """A reason as it is read below its cell: units of the same cell are named by their stacks only."""
    # The place of a state often holds the unit's address, as a part of a path.
    if reason.kind is ReasonKind.BACKEND:
        return reason.summary
    return reason.summary.replace(f"{cell}/", "")


def status(found: FleetStatus, *, every: bool = False) -> Group:
    """Every unit with its reasons. In a big fleet, unless `every`, equal cells share a listing."""
    cells = _in_order(found)
    folded = not (every or found.binaries) and _is_big(found, cells)
    listed = [cell for cell in (map(_loud, cells) if folded else cells) if cell.units]
    alike: dict[object, list[_Cell]] = {}
    for cell in listed:
        alike.setdefault(cell.to_do if folded else cell.address, []).append(cell)
    stacks = {unit.address.stack for cell in listed for unit in cell.units}
    lines = _Lines(found, ComingFirst(waits_of(found.units)), max(map(len, stacks), default=0))
    return stacked(
        [_headline(found, len(cells))],
        *(list(lines.of(group)) for group in alike.values()),
        list(_folded(cells, listed)),
        list(_clients(found)),
        [counts(found.units), *([] if found.next is None else [next_page(f"--after {found.next}")])],
    )


def _in_order(found: FleetStatus) -> list[_Cell]:
    """The cells in the order of the fleet's levels, then of their names."""
    cells = [
        _Cell(CellAddress(*parts), tuple(units))
        for parts, units in groupby(found.units, key=lambda unit: (unit.address.level, unit.address.cell))
    ]
    rank = {level: number for number, level in enumerate(found.order)}
    return sorted(cells, key=lambda cell: rank.get(cell.address.level, len(rank)))


def _is_big(found: FleetStatus, cells: Sequence[_Cell]) -> bool:
    most = max(Counter(cell.address.level for cell in cells).values(), default=0)
    return len(found.units) > _MANY_UNITS or most > _MANY_CELLS


def _loud(cell: _Cell) -> _Cell:
    """The cell with those of its units only for which there is something to do."""
    return _Cell(cell.address, tuple(unit for unit in cell.units if unit.status is not Status.UP_TO_DATE))


def _headline(found: FleetStatus, cells: int) -> Text:
    return Text.assemble(
        (found.fleet, palette.STRONG),
        (f"  {count(len(found.units), 'unit')} in {count(cells, 'cell')}", palette.FAINT),
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """Prints units, one below the other."""

    found: FleetStatus
    first: ComingFirst
    width: int
    """Of the longest name of a stack."""

    def of(self, cells: Sequence[_Cell]) -> Iterator[RenderableType]:
        """A cell, or several with the same to do, with their units in the order in which they are applied."""
        title = Text(named([cell.address for cell in cells], "more cell"), style=palette.STRONG)
        if len(cells) > 1:
            title.append("  (--all lists each)", style=palette.FAINT)
        yield Flowing(title, indent=2)
        rank = {stack: at for at, stack in enumerate(self.found.order.get(cells[0].address.level, ()))}
        for unit in sorted(cells[0].units, key=lambda item: rank.get(item.address.stack, len(rank))):
            yield from self._unit(unit)

    def _unit(self, unit: UnitStatus) -> Iterator[RenderableType]:
        cell = unit.address.of_cell
        reasons = [within(reason, cell) for reason in unit.reasons]
        mark, after = palette.WORKED_ON if unit.worked_on else palette.STATUS[unit.status], Text()
        if unit.new and unit.reasons:
            mark, reasons = palette.STATUS[Status.NEVER_APPLIED], []
            first = [str(item).removeprefix(f"{cell}/") for item in self.first.of(unit)]
            after = Text(f", after {_some(first)}")
        lead = Text.assemble("  ", mark.text(), f" {unit.address.stack.ljust(self.width)}  ")
        yield Hanging(lead, Text.assemble(mark.label(), after))
        if unit.address in self.found.binaries:
            reasons.append(programs(self.found.binaries[unit.address]))
        for reason in reasons:
            yield Hanging(Text(" " * (self.width + 6)), Text(reason, style=palette.FAINT))


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED_FIRST
    return ", ".join(names[:_NAMED_FIRST]) + (f" and {rest:,} more" if rest > 0 else "")


def _folded(cells: Sequence[_Cell], listed: Collection[_Cell]) -> Iterator[Text]:
    every = Counter(cell.address.level for cell in cells)
    loud = Counter(cell.address.level for cell in listed)
    for level, amount in every.items():
        quiet = amount - loud[level]
        if not quiet:
            continue
        some = f"{quiet:,} of {count(amount, 'cell')}"
        whole = f"all {count(quiet, 'cell')}" if quiet == amount else some
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
    for cell, why in found.stopped.items():
        yield Flowing(
            Text.assemble(
                ("•", palette.CAUTION),
                f" the offboarding of {cell} stands still: {why}; to go on: ",
                (f"cellwright offboard {cell.cell}", palette.ACCENT),
            )
        )


def counts(units: Sequence[UnitStatus]) -> Text:
    """Return how many units have which status: `11 up to date, 1 changed`; blocked ones may be new."""
    working = sum(unit.worked_on for unit in units)
    amounts = Counter(unit.status for unit in units if not unit.worked_on)
    new = sum(unit.new for unit in units if unit.status is Status.BLOCKED) if amounts[Status.BLOCKED] else 0
    amounts[Status.NEVER_APPLIED] += new
    amounts[Status.BLOCKED] -= new
    parts = [
        *([Text(f"{working:,} {palette.WORKED_ON.word}", style=palette.WORKED_ON.style)] if working else []),
        *(
            Text(f"{amounts[status]:,} {palette.STATUS[status].word}", style=palette.STATUS[status].style)
            for status in Status
            if amounts[status]
        ),
    ]
    return Text(", ").join(parts) if parts else Text("no units")
