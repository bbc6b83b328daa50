"""The audit trail: reading it, and proving that nobody has touched it."""

from collections.abc import Iterable, Iterator

from cellwright.app.location import Location
from cellwright.app.opening import opened_ledger
from cellwright.app.results import Verification
from cellwright.ledger.audit import verify as verify_chain
from cellwright.model.event import Event


def events(
    location: Location, after: int = 0, limit: int | None = None, subject: str | None = None
) -> Iterator[Event]:
    """Yield events in order as they are read, so a million of them need no memory.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    with opened_ledger(location) as (_, ledger):
        yield from ledger.reader.events(after, limit, subject)


def verify(location: Location) -> Verification:
    """Follow the chain from the first event to where the ledger says that it ends.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    read = 0

    def counted(found: Iterable[Event]) -> Iterator[Event]:
        nonlocal read
        for event in found:
            read += 1
            yield event

    with opened_ledger(location) as (_, ledger):
        end = ledger.reader.chain_end()
        fault = verify_chain(counted(ledger.reader.events()), end=end)
    return Verification(read, f"event {fault.sequence}: {fault.summary}" if fault else None)
