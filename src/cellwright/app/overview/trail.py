"""Searching the audit trail, for somebody who may not see all of it perhaps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.ledger.read.former_names import with_former_names
from cellwright.model.runs.event import Event

PAGE = 200
_READ_AT_ONCE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Some events, the newest first."""

    events: tuple[Event, ...]
    next: int | None
    """Before which event older ones follow."""


Visible = Callable[[Event], bool]


def event_page(
    session: FleetSession, only: EventFilter, before: int | None = None, visible: Visible | None = None
) -> EventPage:
    """Give the newest events that match, before a number or of all.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    # A filter may leave few events of a page that is read; then large pages are read faster.
    size = {} if only != EVERY_EVENT else {"page": _READ_AT_ONCE}
    ledger = session.ledger()
    found = ledger.reader.events_back(before, with_former_names(ledger.database, only), **size)
    events = tuple(islice(filter(visible, found), PAGE + 1))
    return EventPage(events=events[:PAGE], next=events[PAGE - 1].sequence if len(events) > PAGE else None)


def every_event(session: FleetSession, only: EventFilter, visible: Visible | None = None) -> Iterator[Event]:
    """Give all events that match, the oldest first, as they are read.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    return filter(visible, ledger.reader.events(only=with_former_names(ledger.database, only)))
