"""Diagnostics as text: as lines in a listing, as blocks below a failed unit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Hanging, count, stacked
from cellwright.cli.views.excerpt import Finding
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position


def line(item: Diagnostic) -> Text:
    """`file:line:column: severity: what; what to do`, on one line whatever the message holds."""
    text = Text()
    if item.position:
        text.append(f"{item.position}: ", style=palette.STRONG)
    text.append(item.severity.value, style=palette.SEVERITY[item.severity])
    text.append(f": {_one_line(item.summary)}")
    if item.detail:
        text.append(f"; {_one_line(item.detail)}", style=palette.FAINT)
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def diagnostics(items: Sequence[Diagnostic], good: str) -> Group:
    """Every diagnostic in the order of positions, then a total; `good` is the total of none."""
    nowhere = Position("")
    ordered = sorted(items, key=lambda item: (item.position or nowhere, item.severity.value))
    return stacked([Finding(line(item), item) for item in ordered], [_total(items, good)])


def _total(items: Sequence[Diagnostic], good: str) -> Text:
    amounts = Counter(item.severity for item in items)
    parts = [count(amounts[kind], kind.value) for kind in Severity if amounts[kind]]
    if not parts:
        return Text.assemble(("✓", palette.GOOD), f" {good}")
    worst = Severity.ERROR if amounts[Severity.ERROR] else Severity.WARNING
    return Text(", ".join(parts), style=palette.SEVERITY[worst])


def block(item: Diagnostic, indent: int = 2) -> Iterator[RenderableType]:
    """A diagnostic of Terraform, its paragraphs kept."""
    lead = Text(" " * indent)
    first = Text.assemble((f"{item.severity.value}: ", palette.SEVERITY[item.severity]), item.summary.strip())
    yield Hanging(lead, first)
    deeper = Text(" " * (indent + 2))
    if item.position:
        yield Hanging(deeper, Text(f"at {item.position}", style=palette.ACCENT))
    for paragraph in item.detail.strip().splitlines():
        yield Hanging(deeper, Text(paragraph)) if paragraph.strip() else Text("")


def blocks(items: Iterable[Diagnostic], indent: int = 2) -> Iterator[RenderableType]:
    """Several diagnostics, one below the other."""
    for item in items:
        yield from block(item, indent)
