"""Events of the audit trail as pages and exported files show them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from cellwright.api.records.events import event as event_to_json
from cellwright.model.actor import vouched
from cellwright.model.runs.event import IDENTITY, Event
from cellwright.model.text.spreadsheet import harmless

COLUMNS = (
    "sequence",
    "time",
    "actor",
    "vouched_by",
    "action",
    "subject",
    "reason",
    "detail",
    "previous",
    "hash",
)
_BLOCK = 65_536
"""Characters that are sent at once."""


def vouched_by(event: Event) -> str:
    """Name what vouches for who acted; empty if nothing does."""
    return vouched(event.detail.get(IDENTITY))


def json_lines(events: Iterable[Event]) -> Iterator[str]:
    """Write each event as one line of JSON, as `events --json` has it."""
    for event in events:
        yield json.dumps(event_to_json(event), allow_nan=False) + "\n"


def csv_lines(events: Iterable[Event]) -> Iterator[str]:
    """Write the events as a table; no text of theirs is a formula for a spreadsheet."""
    yield _row(COLUMNS)
    for event in events:
        detail = json.dumps(event.detail, sort_keys=True, allow_nan=False)
        values = (
            event.time,
            event.actor,
            vouched_by(event),
            event.action,
            event.subject,
            event.reason,
            detail,
            event.previous,
            event.hash,
        )
        yield _row((str(event.sequence), *map(harmless, values)))


def blocks(lines: Iterable[str]) -> Iterator[str]:
    """Put lines together: each piece that is sent costs as much as some hundred lines."""
    kept: list[str] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield "".join(kept)
            kept, size = [], 0
    yield "".join(kept)


def _row(values: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(values)
    return written.getvalue()
