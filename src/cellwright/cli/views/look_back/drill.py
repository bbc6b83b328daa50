"""A restore drill as text."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.evidence.drill.restoring import DrillReport, DrillResult
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count

_MARKS = {
    DrillResult.PASSED: ("✓", palette.GOOD),
    DrillResult.INCOMPLETE: ("!", palette.CAUTION),
    DrillResult.FAILED: ("✗", palette.BAD),
}
_SHOWN = 20


def drill(found: DrillReport) -> Group:
    """How it ended, what was restored, and what is not as recorded."""
    ledger, states = found.ledger, found.states
    lead = f" the drill {_ended(found.result)} ({found.seconds:.1f} s); on record as event {found.event}"
    source = ledger.source or "the ledger"
    parts: list[RenderableType] = [
        Flowing(Text.assemble(_MARKS[found.result], lead), indent=2),
        _line(f"{source}: {count(ledger.events, 'event')}, {ledger.rows:,} rows restored"),
    ]
    if ledger.behind:
        parts.append(_line(f"the backup lacks the newest {count(ledger.behind, 'event')}", palette.CAUTION))
    encrypted = f", of these {states.encrypted} encrypted" if states.encrypted else ""
    parts.append(_line(f"{count(states.restored, 'state')} as recorded{encrypted}"))
    parts += _listed(found.differences, palette.BAD)
    parts += _listed(states.unread, palette.CAUTION)
    return Group(*parts)


def _ended(result: DrillResult) -> str:
    return "is incomplete" if result is DrillResult.INCOMPLETE else result.value


def _line(text: str, style: str = "") -> Flowing:
    return Flowing(Text(f"  {text}", style), indent=4)


def _listed(texts: Sequence[str], style: str) -> Iterator[RenderableType]:
    for text in texts[:_SHOWN]:
        yield _line(text, style)
    if len(texts) > _SHOWN:
        yield _line(f"and {len(texts) - _SHOWN} more", style)
