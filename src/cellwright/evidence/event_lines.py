"""Events as lines of JSON: what is in the evidence, and what is needed to compute their hashes again."""

from cellwright.model.runs.event import Event
from cellwright.model.text.json_text import CANONICAL, read_json

LONGEST = 16 * 1024 * 1024
"""Bytes of a line."""


def write_event(event: Event) -> str:
    """One event as a line, with the line's end."""
    content = {
        "sequence": event.sequence,
        "time": event.time,
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "reason": event.reason,
        "detail": event.detail,
        "previous": event.previous,
        "hash": event.hash,
    }
    return f"{CANONICAL.write(content)}\n"


def read_event(line: bytes) -> Event:
    """Read a line.

    Raises:
        ValueError: it is no event.
    """
    try:
        found = read_json(line)
    except RecursionError:
        found = None
    match found:
        case {
            "sequence": int(sequence),
            "time": str(time),
            "actor": str(actor),
            "action": str(action),
            "subject": str(subject),
            "reason": str(reason),
            "detail": dict(detail),
            "previous": str(previous),
            "hash": str(digest),
        }:
            return Event(
                sequence=sequence,
                time=time,
                actor=actor,
                action=action,
                subject=subject,
                reason=reason,
                detail=detail,
                previous=previous,
                hash=digest,
            )
        case _:
            raise ValueError("it is no event")
