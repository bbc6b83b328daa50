"""The output of Terraform in a run."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from cellwright.app.history.logs import UnitLog
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK


def logs(found: Sequence[UnitLog]) -> Iterator[Text]:
    """Each log, line by line as it is read; several logs have their units' addresses as headings."""
    if not found:
        yield Text("no unit of this run left a log on this machine")
    for number, log in enumerate(found):
        if len(found) > 1:
            if number:
                yield BLANK
            yield Text.assemble((str(log.unit), palette.STRONG), (f"  {log.path}", palette.FAINT))
        yield from (Text(line, no_wrap=True, overflow="ignore") for line in log.lines())
