"""The audit trail: events appended one after another, each holding the hash of the one before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from cellwright.ledger.database.codec import dump, plain_json, plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.event import GENESIS, Event, event_hash
from cellwright.model.value import Json

_DAMAGED = error(
    "the ledger's audit trail was tampered with: its end is not where it was left",
    "run `cellwright events verify`, and restore the ledger from a backup",
)
_NEWEST = text("SELECT sequence, hash FROM chain WHERE id = 1")
_NEXT = DialectSql("SELECT sequence, hash, {now} AS time FROM chain WHERE id = 1{lock}")
_APPEND = text(
    "INSERT INTO events (sequence, time, actor, action, subject, reason, detail, previous, hash)"
    " VALUES (:sequence, :time, :actor, :action, :subject, :reason, :detail, :previous, :hash)"
)
_SET_NEWEST = text("UPDATE chain SET sequence = :sequence, hash = :hash WHERE id = 1")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What an event says, before it has its time and its place in the chain."""

    actor: str
    action: str
    """A verb with its noun: `unit.applied`."""
    subject: str
    reason: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainPoint:
    """A place in the chain: the event of that number has that hash."""

    sequence: int
    hash: str


START = ChainPoint(0, GENESIS)
"""Before the first event."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where the chain breaks first, and how that shows."""

    sequence: int
    summary: str


def append(connection: Connection, database: Database, draft: EventDraft) -> Event:
    """Add an event in the caller's transaction; last in it, because all writers of events wait for its end.

    Raises:
        DiagnosticError: the chain's end was tampered with.
    """
    newest = connection.execute(_NEXT.of(connection), time_parameters(database.own_time())).first()
    if newest is None:
        raise DiagnosticError(_DAMAGED)
    unsealed = Event(
        sequence=newest.sequence + 1,
        time=newest.time,
        actor=plain_text(draft.actor),
        action=draft.action,
        subject=plain_text(draft.subject),
        reason=plain_text(draft.reason),
        # As it will be read back, or the hash could not be told again (tuples, numbers as keys).
        detail=_read(dump(plain_json(draft.detail))),
        previous=newest.hash,
    )
    event = replace(unsealed, hash=event_hash(unsealed))
    try:
        connection.execute(_APPEND, _row(event))
    except IntegrityError:
        raise DiagnosticError(_DAMAGED) from None
    connection.execute(_SET_NEWEST, {"sequence": event.sequence, "hash": event.hash})
    return event


def newest_point(connection: Connection) -> ChainPoint:
    """Where the chain should end; START if even that is gone, which `verify` then tells."""
    row = connection.execute(_NEWEST).first()
    return ChainPoint(row.sequence, row.hash) if row else START


def verify(
    events: Iterable[Event], *, start: ChainPoint = START, end: ChainPoint | None = None
) -> ChainFault | None:
    """Follow the chain from `start` and tell the first fault, or None.

    `end` is where the chain should reach at least (`LedgerReader.chain_end`, asked for before the events):
    without it, events that were cut off at the end can't be missed.
    """
    at = start
    for event in events:
        if fault := _fault(event, at):
            return fault
        at = ChainPoint(event.sequence, event.hash)
        if end is not None and at.sequence == end.sequence and at.hash != end.hash:
            return ChainFault(at.sequence, "the event is not the one that was recorded as the newest")
    if end is not None and at.sequence < end.sequence:
        return ChainFault(at.sequence + 1, f"the events up to {end.sequence} are missing")
    return None


def load_event(row: Row[Any]) -> Event:
    """A whole row of `events` as a value; what tampering made unreadable stays visible, and fails."""
    # Unpacked at once: a trail is long, and a column looked up by its name costs more than reading it.
    sequence, time, actor, action, subject, reason, detail, previous, digest = tuple(row)
    return Event(
        sequence=sequence,
        time=str(time),
        actor=str(actor),
        action=str(action),
        subject=str(subject),
        reason=str(reason),
        detail=_read(detail),
        previous=str(previous),
        hash=str(digest),
    )


def _fault(event: Event, before: ChainPoint) -> ChainFault | None:
    if event.sequence != before.sequence + 1:
        return ChainFault(before.sequence + 1, f"the event is missing; {event.sequence} comes next")
    if event.previous != before.hash:
        return ChainFault(event.sequence, "the event does not follow the one before it")
    if not _sealed(event):
        return ChainFault(event.sequence, "the event was changed after it was recorded")
    return None


def _sealed(event: Event) -> bool:
    try:
        return event.hash == event_hash(event)
    except (UnicodeEncodeError, RecursionError):
        # Never recorded by us: `append` lets nothing through that has no hash.
        return False


def _read(text: str | bytes) -> Mapping[str, Json]:
    try:
        detail = json.loads(text)
    except (ValueError, RecursionError):
        detail = None
    return detail if isinstance(detail, dict) else {"unreadable": str(text)}


def _row(event: Event) -> Mapping[str, object]:
    return {
        "sequence": event.sequence,
        "time": event.time,
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "reason": event.reason,
        "detail": dump(event.detail),
        "previous": event.previous,
        "hash": event.hash,
    }
