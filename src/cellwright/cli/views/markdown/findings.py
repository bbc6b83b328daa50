"""`check` as Markdown."""

from collections import Counter
from collections.abc import Sequence

from cellwright.cli.screen.layout import count
from cellwright.cli.views.markdown.escaping import code, prose
from cellwright.cli.views.markdown.page import LONGEST, length, table
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position

_HEADER = "| | where | what | what to do |"
_FOOT = "All of them: `cellwright check`"
_SAID_OF_MORE = 200
"""Characters for the line that counts what is left out."""


def findings(items: Sequence[Diagnostic]) -> str:
    """Every finding with its place, errors first; as many as fit into a comment."""
    amounts = Counter(item.severity for item in items)
    said = [count(amounts[kind], kind.value) for kind in Severity if amounts[kind]]
    title = f"### Check: {', '.join(said) or 'no findings'}"
    if not items:
        return title
    nowhere = Position("")
    ordered = sorted(items, key=lambda item: (item.severity.value, item.position or nowhere, item.summary))
    room = LONGEST - length(title) - length(_HEADER) - length(_FOOT) - _SAID_OF_MORE
    rows = table(_HEADER, [_row(item) for item in ordered], "more finding", room)
    return "\n".join([title, "", *rows, "", _FOOT])


def _row(item: Diagnostic) -> str:
    place = code(str(item.position)) if item.position else ""
    level = f"**{item.severity.value}**" if item.severity is Severity.ERROR else item.severity.value
    return f"| {level} | {place} | {prose(item.summary)} | {prose(item.detail)} |"
