"""The filters of the audit trail in a page's address."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from fastapi import Request

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.console.links import Filters
from cellwright.console.reading import fleet_view
from cellwright.console.services import services
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.ledger.read.names import Names
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.event import Event

_ONE_DAY = timedelta(days=1)


def event_filter(filters: Filters) -> tuple[EventFilter, tuple[Diagnostic, ...]]:
    """Read the filters, and what is wrong with them; what is wrong filters nothing."""
    faults: list[Diagnostic] = []
    since, until = (_moment(filters, key, faults) for key in ("since", "until"))
    whole_day = until is not None and len(filters.get("until")) == len("2026-12-31")
    subject, action, person = (filters.get(key) for key in ("subject", "action", "person"))
    found = EventFilter(
        subjects=(subject_pattern(subject),) if subject else (),
        actions=(action_pattern(action),) if action else (),
        people=(person,) if person else (),
        since=since,
        # A day is meant with all its hours.
        until=until + _ONE_DAY if until is not None and whole_day else until,
    )
    return found, tuple(faults)


def visible_to(request: Request, visitor: Visitor) -> Callable[[Event], bool] | None:
    """Give the test for the events that a visitor may see; None if they may see all of them.

    An event is of who had the name that it tells of when it was recorded.

    Raises:
        PermissionRefusedError: they may read nothing.
    """
    visitor.demand_somewhere(Permission.READ)
    if visitor.may(Permission.READ):
        return None
    cells = fleet_view(request, visitor).cells
    names = Names(services(request).session.ledger().database, cells.__contains__)
    return lambda event: names.holder_in(event) in cells


def _moment(filters: Filters, key: str, faults: list[Diagnostic]) -> datetime | None:
    text = filters.get(key)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        faults.append(error(f"'{text}' is no time", "write it as 2026-12-31 or 2026-12-31T18:00"))
        return None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found.date() != date.max else None
    except OverflowError:
        return None
