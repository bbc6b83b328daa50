"""Which clients have certificates of destruction, and how each stands."""

from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.ledger.database.damage import damaged
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import CLIENT_OFFBOARDED
from cellwright.model.text.json_text import read_json

_OFFBOARDED = EventFilter(actions=(action_pattern(CLIENT_OFFBOARDED),))


@dataclass(frozen=True, slots=True)
class Listed:
    """A client that was offboarded, with its newest certificate."""

    cell: CellAddress
    offboarded: str
    certificate: IssuedCertificate | None
    open: int = 0
    """How many things were open when it was issued."""
    last_date: str | None = None


def listing(session: FleetSession) -> tuple[Listed, ...]:
    """List the clients that were offboarded, whether there is a certificate or not.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    known = {item.cell: item for item in ledger.certificates.newest()}
    gone = {event.subject: event.time for event in ledger.reader.events(only=_OFFBOARDED)}
    found = []
    for subject, time in gone.items():
        cell = CellAddress.parse(subject)
        certificate = known.get(cell)
        open_, last = _standing(certificate) if certificate is not None else (0, None)
        found.append(Listed(cell, time, certificate, open_, last))
    return tuple(sorted(found, key=lambda item: item.cell))


def _standing(certificate: IssuedCertificate) -> tuple[int, str | None]:
    try:
        document = read_json(certificate.document)
        return len(document["open"]), document["last_date"]
    except (ValueError, LookupError, TypeError):
        raise damaged("a certificate") from None
