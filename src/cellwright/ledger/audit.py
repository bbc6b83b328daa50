"""The audit trail: a chain of events, each with the hash of the event before it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cellwright.ledger.database.codec import dump, plain_json, plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, Row, integrity_errors, text
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.event import GENESIS, IDENTITY, Event, event_hash
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_REPAIR = (
    "restore the ledger from a backup; or, if `cellwright events verify` finds no other fault and you know "
    "why: cellwright events accept --reason REASON"
)
_NEWEST = text("SELECT sequence, hash FROM chain WHERE id = 1")
_LAST = text("SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1")
# One statement, as writers may append in between two.
_END = text(
    "SELECT sequence, hash, (SELECT max(sequence) FROM events) AS last,"
    " (SELECT hash FROM events WHERE events.sequence = chain.sequence) AS stored FROM chain WHERE id = 1"
)
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_LONGEST_SHOWN = 80
_NEXT = DialectSql("SELECT sequence, hash, {now} AS time FROM chain WHERE id = 1{lock}")
# Appends nothing unless the event before is the one that the chain's row names.
_APPEND = text(
    "INSERT INTO events (sequence, time, actor, action, subject, reason, detail, previous, hash)"  # noqa: S608  ours
    " SELECT :sequence, :time, :actor, :action, :subject, :reason, :detail, :previous, :hash"
    f" WHERE (:sequence = 1 AND :previous = '{GENESIS}')"
    " OR EXISTS (SELECT 1 FROM events WHERE sequence = :sequence - 1 AND hash = :previous)"
)
_SET_NEWEST = text("UPDATE chain SET sequence = :sequence, hash = :hash WHERE id = 1")
_ADD_NEWEST = text("INSERT INTO chain (id, sequence, hash) VALUES (1, :sequence, :hash)")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event before it gets its time, number and hash."""

    actor: Actor | str
    """A name alone is one that nobody vouches for: it was read from the ledger."""
    action: str
    """A noun and a verb: `unit.applied`."""
    subject: str
    reason: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)

    def whole_detail(self) -> Mapping[str, Json]:
        """The detail with what vouches for the actor: within what the event's hash covers."""
        identity = self.actor.identity() if isinstance(self.actor, Actor) else {}
        return {**self.detail, IDENTITY: identity} if identity else self.detail


@dataclass(frozen=True, slots=True)
class ChainPoint:
    """The number and the hash of an event of the chain."""

    sequence: int
    hash: str


START = ChainPoint(0, GENESIS)
"""Before the first event."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first fault of the chain: the event's number, and what is wrong."""

    sequence: int
    summary: str


def append(connection: Connection, database: Database, draft: EventDraft) -> Event:
    """Append an event in the caller's transaction, last: other writers of events wait until it ends.

    Raises:
        DiagnosticError: the chain's end was tampered with.
    """
    newest = connection.execute(_NEXT.of(connection), time_parameters(database.own_time())).first()
    if newest is None or not _is_point(newest):
        raise DiagnosticError(_garbled(connection, newest))
    unsealed = Event(
        sequence=newest.sequence + 1,
        time=newest.time,
        actor=plain_text(str(draft.actor)),
        action=draft.action,
        subject=plain_text(draft.subject),
        reason=plain_text(draft.reason),
        # As it will be read back (tuples become lists, numbers as keys become text), so that the hash holds.
        detail=read_detail(dump(plain_json(draft.whole_detail()))),
        previous=newest.hash,
    )
    event = replace(unsealed, hash=event_hash(unsealed))
    try:
        appended = connection.execute(_APPEND, _row(event)).rowcount
    except integrity_errors():
        appended = 0
    if not appended:
        raise DiagnosticError(_misplaced(newest.sequence))
    connection.execute(_SET_NEWEST, {"sequence": event.sequence, "hash": event.hash})
    return event


def newest_point(connection: Connection) -> ChainPoint:
    """The number and hash with which the chain should end; START if its record is gone: `verify` notices."""
    row = connection.execute(_NEWEST).first()
    if row is None:
        return START
    if not _is_point(row):
        raise DiagnosticError(_garbled(connection, row))
    return ChainPoint(row.sequence, row.hash)


def end_fault(connection: Connection) -> Diagnostic | None:
    """What is wrong with the record of where the trail ends; None if it names the last event."""
    row = connection.execute(_END).first()
    if row is None or not _is_point(row):
        return _garbled(connection, row)
    named = (row.last or 0, GENESIS if row.last is None else row.stored)
    return None if (row.sequence, row.hash) == named else _misplaced(row.sequence)


def last_point(connection: Connection) -> ChainPoint:
    """The number and hash of the last event that is there, whatever the record of the trail's end says."""
    row = connection.execute(_LAST).first()
    return START if row is None or not _is_point(row) else ChainPoint(row.sequence, row.hash)


def set_end(connection: Connection, end: ChainPoint) -> None:
    """Record where the trail ends, in place of what is recorded."""
    point = {"sequence": end.sequence, "hash": end.hash}
    # In this order, as whoever may write need not be allowed to add the row that the tables are made with.
    if not connection.execute(_SET_NEWEST, point).rowcount:
        connection.execute(_ADD_NEWEST, point)


def verify(
    events: Iterable[Event], *, start: ChainPoint = START, end: ChainPoint | None = None
) -> ChainFault | None:
    """Check the chain from `start` on; returns the first fault, or None.

    `end` is how far the chain should reach at least (`LedgerReader.chain_end`, read before the events):
    without it, events that were removed from the end go unnoticed.
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


def load_event(row: Row) -> Event:
    """A row of `events` as a value; unreadable detail is kept visible, and fails verification."""
    # Unpacked at once: with a million events, looking each column up by its name takes too long.
    sequence, time, actor, action, subject, reason, detail, previous, digest = tuple(row)
    return Event(
        sequence=sequence,
        time=str(time),
        actor=str(actor),
        action=str(action),
        subject=str(subject),
        reason=str(reason),
        detail=read_detail(detail),
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


def _is_point(row: Row) -> bool:
    return isinstance(row.sequence, int) and isinstance(row.hash, str) and bool(_HASH.match(row.hash))


def _garbled(connection: Connection, row: Row | None) -> Diagnostic:
    """The row of the table `chain` is gone, or can't be read."""
    what = (
        "is gone" if row is None else f"is garbled (number {_shown(row.sequence)}, hash {_shown(row.hash)})"
    )
    last = last_point(connection).sequence
    return error(
        f"the ledger's record of where the audit trail ends, the row of its table 'chain', {what}; the last "
        f"event is {last}",
        _REPAIR,
    )


def _misplaced(sequence: int) -> Diagnostic:
    return error(
        "the ledger's audit trail was tampered with: its end is not where it was left, which the row of its "
        f"table 'chain' says is event {sequence}",
        _REPAIR,
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _sealed(event: Event) -> bool:
    try:
        return event.hash == event_hash(event)
    except (UnicodeEncodeError, TypeError, RecursionError):
        # Not written by `append`, which needs a hash of every event.
        return False


def read_detail(text: str | bytes) -> Mapping[str, Json]:
    """An event's detail as it is recorded; one that can't be read is kept visible."""
    try:
        detail = read_json(text)
    except (ValueError, TypeError, RecursionError):
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
