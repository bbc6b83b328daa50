"""Logs of units, one after the other."""

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from cellwright.app.results import UnitLog
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import BLANK


def logs(found: Sequence[UnitLog]) -> Group:
    """Each log under its unit's address; one alone needs no heading."""
    if not found:
        return Group(Text("no unit of this run left a log on this machine"))
    return Group(*_parts(found))


def _parts(found: Sequence[UnitLog]) -> Iterator[Text]:
    for number, log in enumerate(found):
        if len(found) > 1:
            if number:
                yield BLANK
            yield Text.assemble((str(log.unit), palette.STRONG), (f"  {log.path}", palette.FAINT))
        with log.path.open(encoding="utf-8", errors="replace") as lines:
            yield from (Text(line.rstrip("\n"), no_wrap=True, overflow="ignore") for line in lines)
