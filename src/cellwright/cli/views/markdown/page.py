"""A Markdown text that is never longer than a comment may be: what has no room is left out, and said so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellwright.cli.screen.layout import count
from cellwright.cli.views.markdown.escaping import fenced

LONGEST = 65_000
"""Characters. GitHub takes 65,536 for a comment; a job that posts one adds a mark to find it again."""
_HEAD_SHARE = 3
"""The head may have a third of the room, so that something is left for what it is about."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A part that is folded until somebody opens it: a title, and lines of code."""

    title: str
    above: str
    lines: tuple[str, ...]
    language: str = ""
    is_open: bool = False


def length(text: str) -> int:
    """Count as GitHub does: a character outside the basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def table(header: str, rows: Sequence[str], noun: str, room: int = LONGEST // _HEAD_SHARE) -> list[str]:
    """Give a table's lines as far as there is room for them, and how many rows are left out."""
    columns = header.count("|") - 1
    lines = [header, "|" + "---|" * columns]
    for number, row in enumerate(rows):
        room -= length(row) + 1
        if room < 0:
            return [*lines, "", f"... and {count(len(rows) - number, noun)}."]
        lines.append(row)
    return lines


def page(head: Sequence[str], parts: Sequence[Folded], rest: str) -> str:
    """Put a page together; `rest` says where everything can be seen, and is written if a part is left out."""
    blocks = ["\n".join(head)]
    room = LONGEST - length(blocks[0]) - length(_cut(len(parts), len(parts), rest)) - 2
    for number, part in enumerate(parts):
        shown = _fitted(part, room - 2)
        if shown is not None:
            blocks.append(shown)
            room -= length(shown) + 2
        if shown is None or shown != _whole(part):
            blocks.append(_cut(len(parts) - number, len(parts), rest))
            break
    return "\n\n".join(blocks)


def _cut(missing: int, parts: int, rest: str) -> str:
    return f"**Cut here:** {missing:,} of {count(parts, 'part')} did not fit into one comment. {rest}"


def _fitted(part: Folded, room: int) -> str | None:
    """Give the part with as many of its lines as there is room for; None if there is none for any."""
    whole = _whole(part)
    if length(whole) <= room:
        return whole
    few, many = 0, len(part.lines)
    while few + 1 < many:
        middle = (few + many) // 2
        if length(_with_lines(part, middle)) <= room:
            few = middle
        else:
            many = middle
    return _with_lines(part, few) if few else None


def _with_lines(part: Folded, amount: int) -> str:
    left = count(len(part.lines) - amount, "more line")
    return _written(part, (*part.lines[:amount], f"... {left}"))


def _whole(part: Folded) -> str:
    return _written(part, part.lines)


def _written(part: Folded, lines: Sequence[str]) -> str:
    return "\n".join(_block(part, lines))


def _block(part: Folded, lines: Sequence[str]) -> Iterator[str]:
    yield f"<details{' open' if part.is_open else ''}><summary>{part.title}</summary>"
    yield ""  # else the Markdown within is not read as such
    if part.above:
        yield part.above
        yield ""
    if lines:
        yield fenced(lines, part.language)
        yield ""
    yield "</details>"
