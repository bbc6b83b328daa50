"""The audit trail for people."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.results import Verification
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import Columns, Flowing, count, person
from cellwright.model.event import Event


def events(found: Sequence[Event], *, headed: bool = True) -> Group:
    """One line per event, oldest first; the reason, where there is one, follows what was done."""
    if not found:
        return Group(Text("no events"))
    rows = [
        (
            Text(str(item.sequence), style=palette.FAINT),
            Text(_moment(item.time)),
            Text(person(item.actor)),
            Text(item.action, style=palette.STRONG),
            Text.assemble(item.subject, (f"  {item.reason}" if item.reason else "", palette.FAINT)),
        )
        for item in found
    ]
    return Group(Columns(rows, header=("", "time (UTC)", "who", "what", "on, why") if headed else ()))


def _moment(time: str) -> str:
    return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M:%S}"


def verification(found: Verification) -> RenderableType:
    """Whether the chain holds."""
    if found.fault is None:
        return Text.assemble(("✓", palette.GOOD), f" {count(found.count, 'event')}: the chain holds")
    said = f" {count(found.count, 'event')} read: the chain is broken: {found.fault}"
    return Flowing(Text.assemble(("✗", palette.BAD), said), indent=2)
