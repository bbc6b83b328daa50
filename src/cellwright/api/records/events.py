"""Events of the audit trail as JSON."""

from collections.abc import Sequence

from cellwright.app.history.events import Verification
from cellwright.ledger.audit import ChainPoint
from cellwright.model.runs.event import Event
from cellwright.model.value import Json


def event(item: Event) -> Json:
    """One element of `events`."""
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


def events(found: Sequence[Event], following: int | None) -> Json:
    """A page of `events`; `next` is null on the last one."""
    return {"events": [event(item) for item in found], "next": None if following is None else str(following)}


def tip(found: ChainPoint) -> Json:
    """`events tip`: the newest event."""
    return {"sequence": found.sequence, "hash": found.hash}


def key(public: str) -> Json:
    """`events key`: the public key for anchors."""
    return {"public_key": public}


def verification(found: Verification) -> Json:
    """`events verify`: whether the chain holds."""
    return {
        "valid": found.fault is None,
        "count": found.count,
        "fault": found.fault,
        "set_back": found.set_back,
        "anchored": found.anchored,
    }
