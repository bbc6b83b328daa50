"""The audit trail: its events, and whether its chain of hashes is whole."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cellwright.app.history.anchors import Anchors, read_anchors
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import ChainFault, ChainPoint
from cellwright.ledger.audit import verify as verify_chain
from cellwright.ledger.known_points import KnownPoint, PointCheck
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.ledger.read.former_names import with_former_names
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event

_NOTED = re.compile(r"(?:(?P<number>[1-9][0-9]{0,17}):)?(?P<hash>[0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsRequest:
    """Which events."""

    only: EventFilter = EVERY_EVENT
    after: int = 0
    """Only those with a higher sequence number."""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the audit trail found."""

    count: int
    """Events read."""
    fault: str | None
    """The first break in the chain; None if it holds."""
    set_back: int = 0
    """Events with an earlier time than one before them: a clock was set back; numbers tell the order."""
    anchored: int | None = None
    """The newest event that an anchor vouches for; None if anchors were not asked for."""
    last: int = 0
    """The number of the last event."""


def events(session: FleetSession, request: EventsRequest) -> Iterator[Event]:
    """Yield events in order as they are read, so a million of them need no memory.

    Those of a cell that was renamed are found under its new name, too.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    only = with_former_names(ledger.database, request.only)
    yield from ledger.reader.events(request.after, request.limit, only=only)


def latest_events(session: FleetSession, count: int, only: EventFilter = EVERY_EVENT) -> tuple[Event, ...]:
    """Give the newest events, the newest last.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    return ledger.reader.latest_events(count, only=with_former_names(ledger.database, only))


def accept_ledger(session: FleetSession, actor: Actor, reason: str) -> Event:
    """Go on with a ledger that was emptied, replaced or restored; records who decided that.

    Raises:
        DiagnosticError: the ledger goes on from where this clone has seen it, or can't be used.
    """
    seen = session.memory.recall()
    try:
        ledger = session.ledger()
    except DiagnosticError:
        session.memory.forget()
    else:
        return _accept_end(session, ledger.reader, actor, reason)
    detail = {"seen": seen.sequence} if seen is not None else {}
    try:
        recorder = session.ledger(writing=True).recorder
        return recorder.append_event(actor, "ledger.accepted", "ledger", reason, detail)
    except BaseException:
        if seen is not None:  # it failed for another reason
            session.memory.keep(seen)
        raise


def _accept_end(session: FleetSession, reader: LedgerReader, actor: Actor, reason: str) -> Event:
    """Take the last event for the trail's end, where the record of its end is garbled and the events hold."""
    if reader.end_fault() is None:
        raise DiagnosticError(
            error("the ledger goes on from where this clone has seen it", "nothing to accept")
        )
    if fault := verify_chain(reader.events()):
        detail = "restore the ledger from a backup"
        raise DiagnosticError(error(_not_holding(fault), detail))
    return session.ledger(writing=True).recorder.repair_end(actor, reason)


def _not_holding(fault: ChainFault) -> str:
    return f"the events do not hold: event {fault.sequence}: {fault.summary}"


def tip(session: FleetSession) -> ChainPoint:
    """Give the number and the hash of the newest event, to be noted down outside.

    Raises:
        DiagnosticError: there is none yet, or the ledger can't be read.
    """
    found = session.ledger().reader.chain_end()
    if found.sequence == 0:
        raise DiagnosticError(error("the audit trail has no event yet", "apply something first"))
    return found


def public_key(session: FleetSession) -> str:
    """Give the public half of this machine's key for anchors; the pair is made if there is none.

    Raises:
        DiagnosticError: it can't be read or made.
    """
    session.home.prepare()
    key = session.anchoring().key(create=True)
    return key.public() if key is not None else ""


def parse_point(text: str) -> KnownPoint:
    """Read what an auditor noted down: `HASH`, or `NUMBER:HASH` as `events tip` prints it.

    Raises:
        ValueError: it is neither; the message says what is.
    """
    found = _NOTED.match(text.strip().lower())
    if found is None:
        raise ValueError("write a hash of 64 digits (0-9, a-f), or NUMBER:HASH as `events tip` prints it")
    number = found["number"]
    return KnownPoint(int(number) if number else None, found["hash"], "--expect")


def verify(
    session: FleetSession,
    told: Callable[[int, int], None] = lambda _read, _whole: None,
    *,
    anchors: bool = False,
    expected: Sequence[KnownPoint] = (),
) -> Verification:
    """Follow the chain from the first event to where the ledger says that it ends, in one pass.

    With `anchors`, and with `expected` events, also what is known of the trail from outside the database; the
    ledger is read then even if it is not the one that this clone has used.

    `told` is called after each event with how many were read and how many there are; what it raises ends the
    check.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    outside = read_anchors(session) if anchors else Anchors((), ())
    if not anchors and not expected:
        return _verified(session.ledger().reader, told, PointCheck(()), outside)
    # Be it the ledger that this clone has used or not: where it differs is what is asked.
    with open_ledger(session.ledger_url, create=False) as ledger:
        check = PointCheck((*outside.points, *expected, *_seen(session)))
        found = _verified(ledger.reader, told, check, outside)
    if not anchors:
        return found
    return replace(found, anchored=max((point.sequence or 0 for point in outside.points), default=0))


def _seen(session: FleetSession) -> Iterator[KnownPoint]:
    """What this clone remembers of the trail."""
    seen = session.memory.recall()
    if seen is not None:
        yield KnownPoint(seen.sequence, seen.hash, f"the memory of this clone ({session.memory.file})")


def _verified(
    reader: LedgerReader, told: Callable[[int, int], None], check: PointCheck, outside: Anchors
) -> Verification:
    read = set_back = last = 0
    end: ChainPoint | None = None

    def counted(found: Iterable[Event], whole: int) -> Iterator[Event]:
        nonlocal read, set_back, last
        newest = ""
        for event in found:
            read, last = read + 1, event.sequence
            set_back += event.time < newest
            newest = max(newest, event.time)
            told(read, whole)
            yield event

    end_fault = reader.end_fault()
    with suppress(DiagnosticError):  # garbled: that is what `end_fault` says
        end = reader.chain_end()
    whole = (end or reader.last_event()).sequence
    fault = verify_chain(counted(check.watch(reader.events()), whole), end=end)
    found = [f"event {fault.sequence}: {fault.summary}"] if fault else []
    if end_fault is not None and not fault:
        found.append(f"{end_fault.summary}; {end_fault.detail}")
    for _ in check.watch(reader.events(last) if fault else ()):  # a broken chain is read to its end for these
        pass
    found.extend(item for item in (check.fault(),) if item)
    found.extend(outside.faults if end is None or end.sequence else ())
    return Verification(read, "; ".join(found) or None, set_back, last=last)
