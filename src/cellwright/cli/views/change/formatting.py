"""What `fmt` has formatted, or would."""

from collections.abc import Iterator

from rich.console import Group
from rich.text import Text

from cellwright.app.fleet.formatting import FormatReport
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import count, stacked
from cellwright.cli.views.diagnostics import line
from cellwright.cli.views.excerpt import Finding

_STYLES = {"+": palette.GOOD, "-": palette.BAD, "@": palette.ACCENT}


def report(found: FormatReport, *, written: bool, diff: bool) -> Group:
    """The files, with what differs if that was asked for, then a total."""
    names = [] if diff else [Text(item.path) for item in found.changed]
    differences = list(_differences(found)) if diff else []
    faults = [Finding(line(item), item) for item in found.faults]
    return stacked(names, differences, faults, [_total(found, written=written)])


def _differences(found: FormatReport) -> Iterator[Text]:
    for item in found.changed:
        for text in item.difference.split("\n"):
            yield Text(text, style=_STYLES.get(text[:1], ""), no_wrap=True, overflow="ignore")


def _total(found: FormatReport, *, written: bool) -> Text:
    amount = count(len(found.changed), "file")
    if found.changed:
        return Text(f"{amount} formatted" if written else f"{amount} to format", style=palette.CAUTION)
    if found.faults:
        return Text("nothing formatted")
    return Text.assemble(("✓ ", palette.GOOD), f"{count(found.looked_at, 'file')} formatted already")
