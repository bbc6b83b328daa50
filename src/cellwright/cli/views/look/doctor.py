"""What was looked at, and what to do."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.doctor.report import Line, Report, Standing
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Hanging, count

_SIGNS = {
    Standing.WELL: ("✓", palette.GOOD),
    Standing.DOUBTFUL: ("!", palette.CAUTION),
    Standing.BROKEN: ("✗", palette.BAD),
    Standing.SKIPPED: ("·", palette.FAINT),
}


def report(found: Report) -> Group:
    """One line for each thing, what to do below it, and how many are broken."""
    return Group(*_lines(found))


def _lines(found: Report) -> Iterator[RenderableType]:
    width = max((len(item.topic) for item in found.lines), default=0)
    for item in found.lines:
        yield from _line(item, width)
    yield BLANK
    counts = {kind: sum(item.standing is kind for item in found.lines) for kind in Standing}
    parts = [count(len(found.lines), "check")]
    if counts[Standing.BROKEN]:
        parts.append(f"{counts[Standing.BROKEN]} broken")
    if counts[Standing.DOUBTFUL]:
        parts.append(f"{counts[Standing.DOUBTFUL]} doubtful")
    if counts[Standing.SKIPPED]:
        parts.append(f"{counts[Standing.SKIPPED]} skipped")
    yield Text(": ".join((parts[0], ", ".join(parts[1:]) or "all well")))


def _line(item: Line, width: int) -> Iterator[RenderableType]:
    sign, style = _SIGNS[item.standing]
    lead = Text.assemble((f"{sign} ", style), (f"{item.topic.ljust(width)}  ", palette.FAINT))
    yield Hanging(lead, Text(item.told))
    if item.advice:
        yield Hanging(Text(" " * (width + 4)), Text(f"→ {item.advice}", style=palette.CAUTION))
