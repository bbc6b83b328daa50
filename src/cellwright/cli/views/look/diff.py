"""What differs between two revisions of the fleet."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.fleet.comparing.change import Change, ChangeGroup, ChangeKind, FleetDiff, Side, Subject
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, Hanging, count, named, stacked
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.text.json_text import READABLE
from cellwright.planning.reasons import brief

KIND: Mapping[ChangeKind, palette.Mark] = {
    ChangeKind.ADDED: palette.Mark("+", palette.GOOD, "new"),
    ChangeKind.SWITCHED_ON: palette.Mark("+", palette.GOOD, "switched on"),
    ChangeKind.CHANGED: palette.Mark("~", palette.CAUTION, "changed"),
    ChangeKind.SWITCHED_OFF: palette.Mark("-", palette.BAD, "switched off"),
    ChangeKind.REMOVED: palette.Mark("-", palette.BAD, "gone"),
}
_MANY = 10
"""So many cells of a level that came, or that went, are one listing, as in `status`."""
_GOING = frozenset({ChangeKind.REMOVED, ChangeKind.SWITCHED_OFF})


def diff(found: FleetDiff, *, every: bool = False) -> Group:
    """Cells that came and went, then each change once, with the units that it is for."""
    sides = Text.assemble(
        (found.fleet, palette.STRONG), (f"  {found.before} -> {found.after}", palette.FAINT)
    )
    return stacked(
        [sides],
        [
            *_cells(found.new_cells, KIND[ChangeKind.ADDED], every=every),
            *_cells(found.gone_cells, KIND[ChangeKind.REMOVED], every=every),
        ],
        *([*_titled("cell", group.cells, group.changes, every=every)] for group in found.cells),
        *([*_group(group, every=every)] for group in found.groups),
        [Flowing(Text(f"policies: {', '.join(found.policies)}"), indent=2)] if found.policies else [],
        _findings("found on the newer side only:", found.new_findings),
        _findings("the older side has errors: what they are about was not compared:", found.not_compared),
        [summary(found)],
    )


def summary(found: FleetDiff) -> Text:
    """How many units differ: `30 units change, 6 are new, 6 go, 120 stay as they are`."""
    return Text(amounts(found))


def amounts(found: FleetDiff) -> str:
    """As `summary`, as a string; and whether anything differs at all."""
    sizes = {kind: sum(len(item.units) for item in found.groups if item.kind is kind) for kind in ChangeKind}
    new = sizes[ChangeKind.ADDED] + sizes[ChangeKind.SWITCHED_ON] + sum(found.new_cells.values())
    gone = sizes[ChangeKind.REMOVED] + sizes[ChangeKind.SWITCHED_OFF] + sum(found.gone_cells.values())
    said = [f"{count(sizes[ChangeKind.CHANGED], 'unit')} changed"] if sizes[ChangeKind.CHANGED] else []
    said += [f"{new:,} new"] if new else []
    said += [f"{gone:,} to be destroyed"] if gone else []
    said += [f"{found.unchanged:,} unchanged"] if found.unchanged else []
    if found.is_empty:
        return f"nothing differs, {count(found.unchanged, 'unit')} alike"
    return ", ".join(said) or "no unit differs"


def told(change: Change) -> str:
    """One change on a line: `replicas: 2 -> 3`."""
    if change.subject is Subject.FILES and change.after is not None:
        return f"files of the stack: {change.after.value}"
    before, after = _shown(change.before), _shown(change.after)
    if before == after and change.before != change.after and change.before and change.after:  # "1" and 1
        before, after = READABLE.write(change.before.value), READABLE.write(change.after.value)
    return f"{change.path}: {before} -> {after}"


def _shown(side: Side | None) -> str:
    return "unset" if side is None else brief(side.value)


def _cells(cells: Mapping[CellAddress, int], mark: palette.Mark, *, every: bool) -> Iterator[RenderableType]:
    """Each cell in a line; many of a level in one, unless every one is to be named."""
    for level in dict.fromkeys(cell.level for cell in cells):
        found = {cell: units for cell, units in cells.items() if cell.level == level}
        if len(found) < _MANY or every:
            for cell, units in found.items():
                yield _cell_line(str(cell), units, mark)
        else:
            yield Flowing(_cell_line(named(list(found), "more cell"), sum(found.values()), mark), indent=4)


def _cell_line(cells: str, units: int, mark: palette.Mark) -> Text:
    line = Text.assemble(mark.text(), " ", (cells, palette.STRONG), "  ", mark.label())
    return line.append(f", {count(units, 'unit')}", style=palette.FAINT)


def _group(group: ChangeGroup, *, every: bool) -> Iterator[RenderableType]:
    mark = KIND[group.kind]
    title = Text.assemble(mark.text(), " ", (", ".join(group.stacks), palette.STRONG), " in ")
    title.append(_named(group.cells, every=every))
    if group.kind is not ChangeKind.CHANGED:
        title.append_text(Text.assemble("  ", mark.label()))
    if group.kind in _GOING:
        title.append("; `apply --destroy` destroys it", style=palette.FAINT)
    yield Flowing(title, indent=4)
    yield from _lines(group.changes)


def _titled(
    what: str, cells: Sequence[CellAddress], changes: Sequence[Change], *, every: bool
) -> Iterator[RenderableType]:
    mark = KIND[ChangeKind.CHANGED]
    yield Flowing(
        Text.assemble(mark.text(), f" {what} ", (_named(cells, every=every), palette.STRONG)), indent=4
    )
    yield from _lines(changes)


def _lines(changes: Sequence[Change]) -> Iterator[RenderableType]:
    for change in changes:
        line = Text(told(change))
        if change.position is not None:
            line.append(f"  ({change.position.file}:{change.position.line})", style=palette.FAINT)
        yield Hanging(Text("    "), line)


def _named(addresses: Sequence[CellAddress], *, every: bool) -> str:
    return ", ".join(map(str, addresses)) if every else named(addresses, "more cell")


def _findings(title: str, items: Sequence[Diagnostic]) -> Sequence[RenderableType]:
    return [Text(title), *(Flowing(diagnostics_view.line(item), indent=2) for item in items)] if items else []
