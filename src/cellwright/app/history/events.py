"""The audit trail: its events, and whether its chain of hashes is whole."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import verify as verify_chain
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
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


def verify(
    session: FleetSession, told: Callable[[int, int], None] = lambda _read, _whole: None
) -> Verification:
    """Follow the chain from the first event to where the ledger says that it ends, in one pass.

    `told` is called after each event with how many were read and how many there are; what it raises ends the
    check.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    read = 0

    def counted(found: Iterable[Event], whole: int) -> Iterator[Event]:
        nonlocal read
        for event in found:
            read += 1
            told(read, whole)
            yield event

    reader = session.ledger().reader
    end = reader.chain_end()
    fault = verify_chain(counted(reader.events(), end.sequence), end=end)
    return Verification(read, f"event {fault.sequence}: {fault.summary}" if fault else None)
