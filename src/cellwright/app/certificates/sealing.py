"""Holds the record of what was destroyed against the events that vouch for it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cellwright.ledger.removals import REMOVED, sealed
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event
from cellwright.model.runs.removal import RemovalRecord
from cellwright.model.text.json_text import CANONICAL
from cellwright.model.value import Json


def check_seals(events: Sequence[Event], records: Sequence[RemovalRecord]) -> None:
    """Go on only if what was recorded of each apply is what its event says, no more and no less.

    Raises:
        DiagnosticError: somebody has changed it since.
    """
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in events:
        if REMOVED in event.detail:
            wanted[event.subject, str(event.detail.get("run"))].append(_text(event.detail[REMOVED]))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (unit, run, _), texts in _by_attempt(records).items():
        found[unit, run].append(_text(sealed(texts)))
    for where in sorted({*wanted, *found}):
        if sorted(wanted[where]) != sorted(found[where]):
            unit, run = where
            raise DiagnosticError(
                error(
                    f"the ledger's record of what run {run} destroyed of {unit} is not what its event says",
                    "run `cellwright events verify`, and restore the ledger from a backup",
                )
            )


def unnamed(events: Sequence[Event]) -> Iterator[str]:
    """Tell of resources that were destroyed before their names were kept."""
    for event in events:
        count = event.detail.get("destroy")
        if event.action == "unit.destroyed" and count and REMOVED not in event.detail:
            lost = f"{count} resources were destroyed on {event.time[:10]}, before their names were kept"
            yield f"{event.subject}: {lost}"


def _by_attempt(records: Sequence[RemovalRecord]) -> dict[tuple[str, str, int], list[str]]:
    """Give the records of each attempt that has ended; of others no event says anything."""
    found: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for record in records:
        if record.ended is not None:
            found[str(record.unit), record.run, record.attempt].append(record.text)
    return found


def _text(seal: Json) -> str:
    return CANONICAL.write(seal)
