"""Which clients have certificates of destruction, and how each stands."""

from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.certificates import CertificateHead
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import CLIENT_OFFBOARDED

_OFFBOARDED = EventFilter(actions=(action_pattern(CLIENT_OFFBOARDED),))


@dataclass(frozen=True, slots=True)
class Listed:
    """A client that was offboarded, with its newest certificate."""

    cell: CellAddress
    offboarded: str
    certificate: CertificateHead | None

    @property
    def open(self) -> int:
        """How many things were open when it was issued."""
        return 0 if self.certificate is None else self.certificate.open_points

    @property
    def last_date(self) -> str | None:
        """The last date that it names."""
        return None if self.certificate is None else self.certificate.last_date


def listing(session: FleetSession) -> tuple[Listed, ...]:
    """List the clients that were offboarded, whether there is a certificate or not.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    known = {item.cell: item for item in ledger.certificates.newest()}
    gone = {event.subject: event.time for event in ledger.reader.events(only=_OFFBOARDED)}
    cells = {CellAddress.parse(subject): time for subject, time in gone.items()}
    return tuple(Listed(cell, cells[cell], known.get(cell)) for cell in sorted(cells))
