"""The steps of the bootstrap: how each stands, what it would do, what it did."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.bootstrap.sequence import StepReport
from cellwright.app.bootstrap.step import Look, Standing
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, Hanging, stacked
from cellwright.cli.screen.palette import Mark
from cellwright.cli.views import diagnostics

_MARKS = {
    Standing.DONE: Mark("✓", palette.GOOD, "done"),
    Standing.TO_DO: Mark("+", palette.ACCENT, "to do"),
    Standing.UNWANTED: Mark("-", palette.FAINT, "not wanted"),
    Standing.BY_HAND: Mark("!", palette.CAUTION, "by hand"),
    Standing.WAITS: Mark("…", palette.CAUTION, "waits"),
}


def step(number: int, title: str, look: Look) -> Group:
    """One step: its title, how it stands, a line for each thing that it would do."""
    mark = _MARKS[look.standing]
    head = Text.assemble(mark.text(), f" {number}. ", (title, palette.STRONG), "  ", mark.label())
    return Group(head, *(_line(item) for item in look.says), *_findings(look))


def did(report: StepReport) -> Group:
    """What a step did."""
    lines = report.did or ("nothing was left to do",)
    marked = Text.assemble(("✓", palette.GOOD), f" {report.name}: ")
    return Group(
        *(Hanging(marked if not index else Text("  "), Text(item)) for index, item in enumerate(lines))
    )


def steps(found: Sequence[StepReport]) -> Group:
    """All steps below each other."""
    return stacked(*([step(number, item.title, item.look)] for number, item in enumerate(found, start=1)))


def summary(found: Sequence[StepReport]) -> Group:
    """What was done and what is left, in one line, and how to go on."""
    taken = [item.name for item in found if item.taken]
    left = [
        item.name
        for item in found
        if not item.taken and item.look.standing in (Standing.TO_DO, Standing.WAITS, Standing.BY_HAND)
    ]
    parts = []
    if taken:
        parts.append(f"steps taken: {', '.join(taken)}")
    if left:
        parts.append(f"left: {', '.join(left)}")
    text = "; ".join(parts) or "nothing is left to do"
    lines: list[RenderableType] = [
        Flowing(Text.assemble(("✓" if not left else "+", palette.GOOD), f" {text}"), indent=2)
    ]
    if left:
        lines.append(Text("cellwright bootstrap goes on there", style=palette.FAINT))
    return Group(*lines)


def _line(text: str) -> Hanging:
    return Hanging(Text("     "), Text(text))


def _findings(look: Look) -> Sequence[RenderableType]:
    return [Flowing(Text.assemble("     ", diagnostics.line(item)), indent=9) for item in look.findings]
