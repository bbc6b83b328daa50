"""The audit trail as JSON."""

from collections.abc import Iterable

from cellwright.app.results import Verification
from cellwright.model.event import Event
from cellwright.model.value import Json


def events(found: Iterable[Event]) -> Json:
    """`events`: one element per event, oldest first."""
    return [_event(item) for item in found]


def _event(item: Event) -> Json:
    return {
        "sequence": item.sequence,
        "time": item.time,
        "actor": item.actor,
        "action": item.action,
        "subject": item.subject,
        "reason": item.reason,
        "detail": dict(item.detail),
        "previous": item.previous,
        "hash": item.hash,
    }


def verification(found: Verification) -> Json:
    """`events verify`: whether the chain holds."""
    return {"valid": found.fault is None, "count": found.count, "fault": found.fault}
