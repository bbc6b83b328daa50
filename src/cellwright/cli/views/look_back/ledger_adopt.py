"""Units with states that the ledger does not know: what is there, and what came of it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.adopting.found import ADOPTED_NOW, Adoption, FoundUnit, Standing
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, named, stacked
from cellwright.cli.views.diagnostics import blocks

_MARKS = {
    Standing.FOUND: ("+", palette.ACCENT),
    Standing.WAITS: ("+", palette.ACCENT),
    Standing.NONE: ("·", palette.FAINT),
    Standing.REFUSED: ("✗", palette.BAD),
    Standing.UP_TO_DATE: ("✓", palette.GOOD),
    Standing.ADOPTED: ("~", palette.CAUTION),
    Standing.KNOWN: ("·", palette.FAINT),
}


class Counting:
    """What a spinner says of work that is counted."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._of = ""

    def told(self, done: int, total: int) -> None:
        """Take how far it has come."""
        self._of = f": {done} of {total}"

    def text(self) -> str:
        """Say it."""
        return f"{self._what}{self._of}"


def adoption(found: Adoption) -> Group:
    """A line for each unit, then what was refused and why, then what comes next."""
    lines: list[RenderableType] = [Columns([_row(item) for item in found.units])] if found.units else []
    return stacked(lines, [line for item in found.units for line in _why(item)], list(_total(found)))


def _row(item: FoundUnit) -> tuple[Text, ...]:
    sign, style = _MARKS[item.standing]
    has = ""
    if item.mark is not None:
        has = f"{count(item.resources, 'resource')}, {count(item.outputs, 'output')}"
        has += f", written by {item.written_by}" if item.written_by else ""
    if item.after:
        has = f"read with the outputs of {named(item.after)}"
    return (
        Text.assemble((sign, style), " ", str(item.unit)),
        Text(item.standing.value, style=style),
        Text(has or item.place, style=palette.FAINT),
    )


def _why(item: FoundUnit) -> Iterator[RenderableType]:
    if item.why:
        yield from blocks(item.why, 0)


def _total(found: Adoption) -> Iterator[RenderableType]:
    there, refused = found.of(Standing.FOUND), found.of(Standing.REFUSED)
    if not found.units:
        yield Text.assemble(("✓", palette.GOOD), f" {_on_record(found)}; nothing to adopt")
        return
    if not found.done:
        parts = [f"{count(len(there), 'state')} to adopt", f"{len(found.of(Standing.NONE))} without a state"]
        waits = found.of(Standing.WAITS)
        parts += [f"{len(waits)} to be read after others"] if waits else []
        parts += [f"{len(refused)} refused"] if refused else []
        yield Flowing(Text(f"{', '.join(parts)}; {_on_record(found)}", style=palette.STRONG))
        return
    proven, unknown = found.of(Standing.UP_TO_DATE), found.of(Standing.ADOPTED)
    parts = [f"{count(len(found.of(*ADOPTED_NOW)), 'unit')} adopted: {len(proven)} up to date"]
    parts += [f"{len(unknown)} with changes"] if unknown else []
    parts += [f"{len(refused)} refused"] if refused else []
    yield Text(", ".join(parts), style=palette.STRONG)
    if unknown:
        yield Flowing(Text("Look at the changes before anything is applied: cellwright plan"))


def _on_record(found: Adoption) -> str:
    verb = "is" if found.recorded == 1 else "are"
    return f"{count(found.recorded, 'unit')} {verb} on record already"
