"""Layouts that all views use (columns, hanging indents), and amounts, durations and sizes in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from cellwright.cli.screen.escapes import seen
from cellwright.model.actor import vouched
from cellwright.model.address import CellAddress, UnitAddress

BLANK = Text("")
_NARROWEST_LAST_COLUMN = 16
"""If less room is left for the last column, it goes on lines of its own."""
_MOST_NAMED = 3
_MINUTE = 60
_HOUR = 3600
_KILO = 1000
_SIZES = ("B", "KB", "MB", "GB", "TB")
_TENTHS = 10
"""Below this, a size has one digit after the point."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """`lead`, then `body`, wrapped so that each further line starts below the first character of the body."""

    lead: Text
    body: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lead = seen(self.lead)
        indent = lead.cell_len
        lines = _wrapped(self.body, console, options.max_width - indent)
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text.assemble(lead if number == 0 else " " * indent, line)


@dataclass(frozen=True, slots=True)
class Assigned:
    """`lead`, then `body`; where a line break would cut a word of the body, it stands below the lead."""

    lead: Text
    body: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if _longest_word(seen(self.body)) <= options.max_width - seen(self.lead).cell_len:
            yield Hanging(self.lead, self.body)
            return
        lead = seen(self.lead)
        lead.rstrip()
        indent = len(lead.plain) - len(lead.plain.lstrip()) + 2
        yield Flowing(lead, indent)
        yield Hanging(Text(" " * indent), self.body)


@dataclass(frozen=True, slots=True)
class Flowing:
    """Text whose wrapped lines are indented by `indent`; no line ends in blanks."""

    text: Text
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = _wrapped(self.text, console, options.max_width - self.indent)
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text.assemble(" " * self.indent, line) if number else line


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows in aligned columns; only the last column wraps. All rows have the same number of cells.

    A line break in a cell is shown as an escape: nothing that is listed can pass for a row of its own.
    """

    rows: Sequence[Sequence[Text]]
    header: Sequence[str] = ()
    indent: int = 0
    gap: int = 2
    level: bool = False
    """The last column stands beside the others in each row, or below them in each."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        titles = [[Text(name, style="bold") for name in self.header]] if self.header else []
        rows = [*titles, *([seen(cell, keep="") for cell in row] for row in self.rows)]
        fixed = range(len(rows[0]) - 1 if rows else 0)
        widths = [max(row[index].cell_len for row in rows) for index in fixed]
        taken = self.indent + sum(widths) + self.gap * len(widths)
        room = options.max_width - taken
        beside = room >= _NARROWEST_LAST_COLUMN
        if self.level and any(_longest_word(row[-1]) > room for row in rows):
            beside = False
        for number, row in enumerate(rows):
            lead = self._lead(row, widths)
            if not row[-1].cell_len or (beside and _longest_word(row[-1]) <= room):
                yield from _unbroken(lead, row[-1], options.max_width)
                continue
            lead.rstrip()
            yield from _unbroken(lead, Text(), options.max_width)
            if number or not self.header:
                yield Hanging(Text(" " * (self.indent + 4)), row[-1])

    def _lead(self, row: Sequence[Text], widths: Sequence[int]) -> Text:
        lead = Text(" " * self.indent)
        for cell, width in zip(row, widths, strict=False):
            lead.append_text(cell)
            lead.append(" " * (width - cell.cell_len + self.gap))
        if not row[-1].cell_len:
            lead.rstrip()
        return lead


def _longest_word(text: Text) -> int:
    """Measure what a line break would cut: then a cell stands better below its row."""
    return max((cell_len(word) for word in text.plain.split()), default=0)


def _unbroken(lead: Text, rest: Text, width: int) -> Iterator[RenderableType]:
    """A row; of a lead that is too wide, the mark and what it marks stay on one line."""
    if lead.cell_len <= width or rest.cell_len:
        yield Hanging(lead, rest)
        return
    mark = len(lead.plain) - len(lead.plain.lstrip()) + 2
    has_mark = lead.plain[mark - 1 : mark] == " "
    yield Hanging(lead[:mark], lead[mark:]) if has_mark else lead


def _wrapped(given: Text, console: Console, width: int) -> Iterable[Text]:
    text = seen(given)
    if text.cell_len <= width and "\n" not in text.plain:
        return (text.copy(),)  # wrapping is slow, and most lines need none
    return text.wrap(console, max(width, 1), overflow="fold")


def stacked(*blocks: Iterable[object]) -> Group:
    """Put blocks of renderables below each other with one empty line between; empty blocks are left out."""
    parts: list[object] = []
    for block in blocks:
        content = list(block)
        if content and parts:
            parts.append(BLANK)
        parts.extend(content)
    return Group(*parts)  # type: ignore[arg-type]  # Rich's union of renderables names a private protocol


def count(number: int, noun: str, plural: str = "") -> str:
    """Return `1 unit`, `1,200 units`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def named(addresses: Sequence[UnitAddress | CellAddress], rest_noun: str = "more unit") -> str:
    """Name up to three addresses and count the rest: `client/acme/app, ... and 37 more units`."""
    said = ", ".join(str(address) for address in addresses[:_MOST_NAMED])
    rest = len(addresses) - _MOST_NAMED
    return f"{said} and {count(rest, rest_noun)}" if rest > 0 else said


def person(actor: str) -> str:
    """Return the name in `Ada Lovelace <ada@example.com>`."""
    return actor.partition(" <")[0] or actor


def who(actor: str, identity: object) -> str:
    """Return the name of who acts, and in parentheses what vouches for it, if that says more."""
    name, behind = person(actor), vouched(identity)
    said = not behind or behind == name or name.endswith(f" ({behind})")
    return name if said else f"{name} ({behind})"


def duration(seconds: float) -> str:
    """Return `0.4s`, `14s`, `1m23s`, `2h05m`."""
    if round(seconds, 1) < 1:
        return f"{max(seconds, 0):.1f}s"
    whole = max(int(seconds), 1)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02d}s"
    return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}m"


def elapsed(started: str, finished: str | None, without: float = 0.0) -> str:
    """Return how long something took, from ISO 8601 times; empty while it is not finished.

    `without` is seconds that don't count.
    """
    if finished is None:
        return ""
    took = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    return duration(max(took.total_seconds() - without, 0))


def size(amount: int) -> str:
    """Return `512 B`, `48 KB`, `1.2 GB`."""
    if amount < _KILO:
        return f"{amount} B"
    power = next((power for power in range(1, len(_SIZES)) if amount < _KILO ** (power + 1)), len(_SIZES) - 1)
    scaled = amount / _KILO**power
    return f"{scaled:.1f} {_SIZES[power]}" if scaled < _TENTHS else f"{scaled:,.0f} {_SIZES[power]}"


def next_page(option: str) -> Text:
    """Return a line that tells how to see the next page of a list."""
    return Text.assemble(("more: repeat this with ", "dim"), (option, "cyan"))


def shortened(text: str, width: int) -> str:
    """Cut the middle out of `text` so that it fits `width` columns: names often differ at their ends."""
    if len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
