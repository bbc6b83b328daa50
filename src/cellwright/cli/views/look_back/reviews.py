"""Reviews as text."""

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from cellwright.app.evidence.reviews import Review
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing
from cellwright.model.text.visible import visible

_MINUTE = len("2026-11-22T21:48")
_SHORT = 12


def reviews(found: Sequence[Review]) -> Group:
    """One line a review."""
    if not found:
        return Group(
            Flowing(Text("no reviews; record one: cellwright review record --kind activity"), indent=2)
        )
    rows = [
        (
            Text(item.time[:_MINUTE].replace("T", " ")),
            Text(item.who),
            Text(item.kind, style=palette.STRONG),
            Text(f"{_period(item)}: {visible(' '.join(item.findings.split()))}"),
        )
        for item in found
    ]
    return Group(Columns(rows, header=("time (UTC)", "who", "what", "of, findings")))


def recorded(found: Review) -> Group:
    """That it is on record, and what was looked at."""
    seen = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(found.looked_at.items()))
    told = f" review of {found.kind}, {_period(found)}, on record as event {found.event}"
    return Group(
        Flowing(Text.assemble(("✓", palette.GOOD), told), indent=2),
        Flowing(Text(f"  looked at: {seen} (digest {found.digest[:_SHORT]})", palette.FAINT), indent=2),
    )


def _period(found: Review) -> str:
    return " to ".join(found.days)
