"""The audit trail: its events, and whether its chain of hashes is whole."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import verify as verify_chain
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.event import Event


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


def events(session: FleetSession, request: EventsRequest) -> Iterator[Event]:
    """Yield events in order as they are read, so a million of them need no memory.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    yield from session.ledger().reader.events(request.after, request.limit, only=request.only)


def latest_events(session: FleetSession, count: int, only: EventFilter = EVERY_EVENT) -> tuple[Event, ...]:
    """Give the newest events, the newest last.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return session.ledger().reader.latest_events(count, only=only)


def accept_ledger(session: FleetSession, actor: Actor, reason: str) -> Event:
    """Go on with a ledger that was emptied, replaced or restored; records who decided that.

    Raises:
        DiagnosticError: the ledger goes on from where this clone has seen it, or can't be used.
    """
    seen = session.memory.recall()
    try:
        session.ledger()
    except DiagnosticError:
        session.memory.forget()
    else:
        raise DiagnosticError(
            error("the ledger goes on from where this clone has seen it", "nothing to accept")
        )
    detail = {"seen": seen.sequence} if seen is not None else {}
    try:
        recorder = session.ledger(writing=True).recorder
        return recorder.append_event(actor, "ledger.accepted", "ledger", reason, detail)
    except BaseException:
        if seen is not None:  # it failed for another reason
            session.memory.keep(seen)
        raise


def verify(
    session: FleetSession, told: Callable[[int, int], None] = lambda _read, _whole: None
) -> Verification:
    """Follow the chain from the first event to where the ledger says that it ends, in one pass.

    `told` is called after each event with how many were read and how many there are; what it raises ends the
    check.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    read = set_back = 0

    def counted(found: Iterable[Event], whole: int) -> Iterator[Event]:
        nonlocal read, set_back
        newest = ""
        for event in found:
            read += 1
            set_back += event.time < newest
            newest = max(newest, event.time)
            told(read, whole)
            yield event

    reader = session.ledger().reader
    end = reader.chain_end()
    fault = verify_chain(counted(reader.events(), end.sequence), end=end)
    return Verification(read, f"event {fault.sequence}: {fault.summary}" if fault else None, set_back)
