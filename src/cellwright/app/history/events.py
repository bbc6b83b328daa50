"""The audit trail: reading it, and proving that nobody has touched it."""

from collections.abc import Callable, Iterable, Iterator

from cellwright.app.results import Verification
from cellwright.app.session.location import Location
from cellwright.app.session.opening import opened_ledger
from cellwright.ledger.audit import verify as verify_chain
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.model.event import Event


def events(
    location: Location, only: EventFilter = EVERY_EVENT, after: int = 0, limit: int | None = None
) -> Iterator[Event]:
    """Yield events in order as they are read, so a million of them need no memory.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    with opened_ledger(location) as (_, ledger):
        yield from ledger.reader.events(after, limit, only=only)


def latest_events(location: Location, count: int, only: EventFilter = EVERY_EVENT) -> tuple[Event, ...]:
    """The newest events that are wanted, the newest last.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    with opened_ledger(location) as (_, ledger):
        return ledger.reader.latest_events(count, only=only)


def verify(location: Location, told: Callable[[int, int], None] = lambda _read, _whole: None) -> Verification:
    """Follow the chain from the first event to where the ledger says that it ends, in one pass.

    `told` hears of every event how many were read, and how many there are to be.

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

    with opened_ledger(location) as (_, ledger):
        end = ledger.reader.chain_end()
        fault = verify_chain(counted(ledger.reader.events(), end.sequence), end=end)
    return Verification(read, f"event {fault.sequence}: {fault.summary}" if fault else None)
