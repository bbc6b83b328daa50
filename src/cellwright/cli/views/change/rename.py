"""A cell that is renamed: what would be done, and what was done."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.moves.rename_values import RenamePlan, RenameReport
from cellwright.app.moves.texts import FileChanges
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Columns, Flowing, count, named, stacked
from cellwright.cli.views import diagnostics
from cellwright.cli.views.change import plans as plans_view
from cellwright.model.address import CellAddress

_NAMED = 3
"""Commands that are written out."""


def planned(found: RenamePlan) -> Group:
    """Files, states and plans under the new name."""
    old, new = (next(iter(side)) for side in (found.names.cells.keys(), found.names.cells.values()))
    title = Text.assemble((f"{old} becomes {new}", palette.STRONG))
    if found.goes_on:
        return Group(title, Flowing(Text("It was begun before and stopped: it goes on where it was.")))
    parts: list[list[RenderableType]] = [[title], list(_files(found.changes))]
    if found.states:
        parts.append(list(_states(found)))
    if found.preview is not None:
        parts.append(list(_plans(found)))
    else:
        parts.append([Text("Nothing was ever applied of it: no state is moved.")])
    if found.others:
        parts.append(list(_others(found.others, new)))
    if found.warnings:
        parts.append(list(diagnostics.blocks(found.warnings, indent=0)))
    return stacked(*parts)


def renamed(found: RenameReport) -> Group:
    """What was done, and what comes next."""
    old, new = (next(iter(side)) for side in (found.names.cells.keys(), found.names.cells.values()))
    lines: list[RenderableType] = [
        Flowing(Text.assemble(("✓", palette.GOOD), f" {old} is {new} now; {_moved(found)}."))
    ]
    lines += [
        Flowing(Text.assemble(("•", palette.CAUTION), f" the former copy stays, remove it by hand: {place}"))
        for place in found.kept
    ]
    lines.append(Flowing(Text(f"Nothing was applied yet. Next: cellwright plan {new}")))
    lines += _mentions(found.changes)
    if found.warnings:
        lines += [BLANK, *diagnostics.blocks(found.warnings, indent=0)]
    return Group(*lines)


def _moved(found: RenameReport) -> str:
    units = len(found.units)
    return f"{count(units, 'state')} moved" if units else "it had no state"


def _files(changes: FileChanges) -> Iterator[RenderableType]:
    yield Text("Files", style=palette.STRONG)
    rows = [[Text(old), Text("->", style=palette.FAINT), Text(new)] for old, new in changes.moved.items()]
    rows += [[Text(path), Text(""), Text("names it", style=palette.FAINT)] for path in changes.edited]
    yield Columns(rows, indent=2)
    yield from _mentions(changes)


def _mentions(changes: FileChanges) -> list[RenderableType]:
    if not changes.mentions:
        return []
    places = ", ".join(changes.mentioning)
    told = Text.assemble(
        ("•", palette.CAUTION), f" look at what names it besides, and is left as it is: {places}"
    )
    return [Flowing(told, 2)]


def _states(found: RenamePlan) -> Iterator[RenderableType]:
    yield Text("States", style=palette.STRONG)
    rows = []
    for unit, (before, after) in sorted(found.states.items()):
        where = Text("stays where it is", style=palette.FAINT) if before == after else Text(after)
        rows.append([Text(str(unit)), Text("->", style=palette.FAINT), where])
    yield Columns(rows, indent=2)


def _others(others: Sequence[CellAddress], new: CellAddress) -> Iterator[RenderableType]:
    told = Text.assemble(
        ("•", palette.CAUTION),
        " the places of these cells' states hold the name: ",
        named(others, "more cell"),
    )
    yield Flowing(told, 2)
    commands = ", ".join(f"cellwright apply {item} --move-state" for item in others[:_NAMED])
    yield Flowing(Text(f"  they stay where they are; once {new} has its name: {commands}"), 2)


def _plans(found: RenamePlan) -> Iterator[RenderableType]:
    preview = found.preview
    if preview is None:
        return
    yield Text("What the next apply would do under the new name", style=palette.STRONG)
    changing = {unit: plan for unit, plan in preview.plans.items() if plan.applyable or plan.resources}
    if not changing:
        yield Text("  Nothing: every unit is as its settings say.")
        return
    yield plans_view.plans(changing)
    yield BLANK
    yield plans_view.total(changing)
