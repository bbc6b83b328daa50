"""The certificates of one client as a page or a program sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cellwright.app.certificates.gathering import gather
from cellwright.app.certificates.issuing import judge
from cellwright.app.session.session import FleetSession
from cellwright.destruction.document import facts
from cellwright.destruction.standing import settleable
from cellwright.ledger.certificates import CertificateHead, IssuedCertificate
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """The certificates of a client that was offboarded, the newest one read."""

    cell: CellAddress
    certificates: tuple[IssuedCertificate, ...] = ()
    """The oldest first."""
    document: Any = None
    """The newest one's; None if there is none."""
    outdated: bool = False
    """Whether something has changed since it was issued."""
    refusal: tuple[Diagnostic, ...] = ()
    """Why none can be issued now."""
    settleable: tuple[str, ...] = ()
    """What somebody who validates may declare over."""

    @property
    def newest(self) -> IssuedCertificate | None:
        """The one that was issued last."""
        return self.certificates[-1] if self.certificates else None


def every_certificate(_certificate: CertificateHead) -> bool:
    """Let every certificate be seen."""
    return True


def show(
    session: FleetSession, cell: CellAddress, seen: Callable[[CertificateHead], bool] = every_certificate
) -> CertificateView:
    """Give the certificates of a client, and whether the newest one still says what the ledger says.

    `seen` tells which of a name's certificates are shown.

    Raises:
        MissingError: there never was such a client.
        DiagnosticError: the ledger can't be read.
    """
    known = tuple(filter(seen, session.ledger().certificates.of_cell(cell)))
    document = known[-1].said() if known else None
    try:
        found = gather(session, cell)
    except MissingError:
        raise
    except DiagnosticError as fault:
        return CertificateView(cell=cell, certificates=known, document=document, refusal=fault.diagnostics)
    return CertificateView(
        cell=cell,
        certificates=known,
        document=document,
        outdated=bool(known) and known[-1].facts != facts(found.case, judge(session, found)),
        settleable=tuple(sorted(settleable(found.case))),
    )


def one(session: FleetSession, cell: CellAddress, number: int) -> IssuedCertificate:
    """Give one certificate of a client.

    Raises:
        MissingError: there is none with this number.
    """
    for certificate in session.ledger().certificates.of_cell(cell):
        if certificate.number == number:
            return certificate
    raise MissingError(
        error(f"{cell} has no certificate {number}", "`cellwright certificate list` tells of the newest")
    )
