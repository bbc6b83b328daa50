"""The files of pipelines: which were written, which were left, and what differs."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.pipelines.writing import WrittenFile, WrittenPipelines
from cellwright.ci.mark import Standing
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, Hanging, count, stacked
from cellwright.cli.screen.palette import Mark
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.excerpt import Finding

_MARKS: Mapping[Standing, Mark] = {
    Standing.NEW: Mark("+", palette.GOOD, "new"),
    Standing.UPDATED: Mark("~", palette.CAUTION, "updated"),
    Standing.UNCHANGED: Mark("=", palette.FAINT, "unchanged"),
    Standing.CHANGED_BY_HAND: Mark("!", palette.BAD, "changed by hand: left as it is"),
}
_WRITTEN_OVER = Mark("~", palette.CAUTION, "changed by hand: written over")
_SIGNS = {"+": palette.GOOD, "-": palette.BAD, "@": palette.ACCENT}
_MOST_LINES = 40


def pipelines(written: WrittenPipelines) -> Group:
    """Each file, what differs in those that were left, and what else has to be done."""
    rows = [_row(item, _mark(item, written)) for item in written.files]
    shown = written.files if written.request.dry_run else written.kept
    return stacked(
        [Columns(rows)],
        *(list(_difference(item)) for item in shown if item.difference),
        [Finding(diagnostics_view.line(item), item) for item in written.findings],
        list(_total(written)),
    )


def _row(item: WrittenFile, mark: Mark) -> tuple[Text, ...]:
    return mark.text(), Text(item.path), mark.label()


def _mark(item: WrittenFile, written: WrittenPipelines) -> Mark:
    over = item.standing is Standing.CHANGED_BY_HAND and written.request.force
    return _WRITTEN_OVER if over else _MARKS[item.standing]


def _difference(item: WrittenFile) -> Iterator[RenderableType]:
    yield Text(item.path, style=palette.STRONG)
    lines = item.difference[2:]  # without the names of the files
    for line in lines[:_MOST_LINES]:
        yield Hanging(Text("  "), Text(line, style=_SIGNS.get(line[:1], "")))
    if len(lines) > _MOST_LINES:
        yield Text(f"  and {count(len(lines) - _MOST_LINES, 'more line')}", style=palette.FAINT)


def _total(written: WrittenPipelines) -> Iterator[RenderableType]:
    same = sum(item.standing is Standing.UNCHANGED for item in written.files)
    changed = len(written.files) - same - len(written.kept)
    verb = "would be written" if written.request.dry_run else "written"
    said = f" {count(changed, 'file')} {verb} below "
    yield Flowing(
        Text.assemble(("✓", palette.GOOD), said, (str(written.repository), palette.STRONG)), indent=2
    )
    if written.kept:
        yield Flowing(Text("Write over what was changed by hand with: --force"), indent=2)
    elif changed and not written.request.dry_run:
        yield Flowing(Text("Commit them: nothing runs before that."), indent=2)
