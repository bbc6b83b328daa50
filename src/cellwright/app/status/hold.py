"""What keeps an offboarding from destroying anything, and until when."""

from cellwright.app.session.session import FleetSession
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.database.clock import from_milliseconds, iso, milliseconds
from cellwright.ledger.opening import Ledger
from cellwright.model.offboarding import HoldFacts, Phase, Waits, waits_for


def waits_of(session: FleetSession, record: Offboarding) -> Waits:
    """Tell what an offboarding waits for, whatever phase it is in."""
    return hold_of(session.ledger(), record, session) if record.phase is Phase.HOLDING else Waits.NOTHING


def hold_of(ledger: Ledger, record: Offboarding, session: FleetSession) -> Waits:
    """Tell what keeps the hold of an offboarding from ending."""
    return waits_for(
        HoldFacts(
            now=milliseconds(session.now()),
            until=record.hold_until or 0,
            approvals=len(record.approvals),
            needed=record.approvals_needed,
            legal_holds=len(ledger.legal_holds.open([record.cell])),
        )
    )


def hold_end(record: Offboarding) -> str | None:
    """Give when a hold ends, UTC; None before it has begun."""
    return None if record.hold_until is None else iso(from_milliseconds(record.hold_until))
