"""Tables in Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence

_CODE = re.compile(r"`[^`]*`")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table, and an empty line after it; nothing if it has no rows."""
    lines = [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    if lines:
        yield from (f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, "")


def cell(text: str) -> str:
    """Write a text so that it stays in its cell, and nothing of it is read as HTML."""
    joined = " ".join(text.split()).replace("|", "\\|")
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(joined):
        parts += [_plain(joined[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, _plain(joined[end:])])


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*").replace("[", "\\[")
