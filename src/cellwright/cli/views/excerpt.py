"""The line of a file that a finding speaks of, with a caret below the place, as compilers show it."""

import re
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.escapes import clean
from cellwright.cli.screen.layout import Flowing
from cellwright.cli.screen.screen import Screen
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position

_MARKED = re.compile(r"\$\{[^}]*\}|\"[^\"]*\"|'[^']*'|[^\s,:\[\]{}]+")
"""What the carets underline: a reference, a quoted text, a word."""
_CUT = "…"
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic in a line of text; on a terminal, the line that it is about is shown below it."""

    text: Text
    item: Diagnostic
    indent: int = 4

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Flowing(self.text, self.indent)
        place = self.item.position
        if place is None or not isinstance(console, Screen) or console.excerpts is None:
            return
        if console.is_terminal and (line := console.excerpts(place)) is not None:
            yield from excerpt(line, place, options.max_width, self.item)


def excerpt(line: str, place: Position, width: int, item: Diagnostic) -> tuple[Text, Text] | tuple[()]:
    """Give the line with its number, and below it the carets; () if the terminal is too narrow for it."""
    gutter = f"    {place.line} | "
    room = width - len(gutter)
    at = min(place.column - 1, len(line.rstrip()))
    if room < _NARROWEST:
        return ()
    found = _MARKED.match(line, at)
    before, marked = _shown(line[:at]), _shown(found.group() if found else line[at : at + 1])
    after = _shown(line[at + len(found.group() if found else line[at : at + 1]) :]).rstrip()
    if cell_len(before + marked + after) > room and cell_len(before) > room // 2:
        before = _CUT + _last(before, room // 2 - 1)
    code = before + marked + after
    if cell_len(code) > room:
        code = set_cell_size(code, room - 1).rstrip() + _CUT
    carets = max(1, min(cell_len(marked), room - cell_len(before)))
    faint = Text(gutter, style=palette.FAINT)
    return (
        Text.assemble(faint, code),
        Text.assemble(
            (" " * (len(gutter) - 2) + "| ", palette.FAINT),
            " " * cell_len(before),
            ("^" * carets, palette.SEVERITY[item.severity]),
        ),
    )


def _shown(text: str) -> str:
    return clean(text.expandtabs(2), keep="")


def _last(text: str, cells: int) -> str:
    while cell_len(text) > cells:
        text = text[1:]
    return text
