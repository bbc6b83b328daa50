"""What pages and calls about certificates share: whose client it is, who sees which, how files are given."""

from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.certificates.files import file_of, stem
from cellwright.app.certificates.listing import Listed
from cellwright.app.certificates.showing import one
from cellwright.app.clients.client import client_named
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.console.services import services
from cellwright.ledger.certificates import CertificateHead, IssuedCertificate
from cellwright.ledger.read.names import End, Names
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.names import name_fault

_MEDIA = {"json": "application/json", "pdf": "application/pdf"}
_SIGNATURE = "application/pgp-signature"


def client_cell(request: Request, name: str, level: str | None = None) -> CellAddress:
    """Give the client of a name, or address; whether the visitor may see it is for the caller to demand.

    Raises:
        MissingError: it is no client's.
    """
    cell = client_named(services(request).session, name)
    if name_fault(name) or (level is not None and level != cell.level):
        raise MissingError(error(f"there is no client '{name}'", "the page of certificates lists them"))
    return cell


@dataclass(frozen=True, slots=True)
class SeenCertificates:
    """Which certificates somebody may see: under one name there may be those of several clients.

    Who may see the whole fleet sees all. Others see a client that is gone by its name until that is
    another client's, and then no more.
    """

    visitor: Visitor
    session: FleetSession
    _names: Names

    @classmethod
    def of(cls, visitor: Visitor, session: FleetSession) -> "SeenCertificates":
        """Read whose names were."""
        return cls(visitor, session, names_of(session))

    def demand(self, permission: Permission, cell: CellAddress) -> "SeenCertificates":
        """Go on only if they may do this with the certificates of the client that left by this name last.

        Raises:
            PermissionRefusedError: they may not, at such a cell.
            MissingError: the client that has the name now was not offboarded.
        """
        self.visitor.demand(permission, cell)
        if not self._is_last(cell, self._names.end_before(cell)):
            raise MissingError(
                error(f"{cell} was not offboarded", "ask somebody who may see the whole fleet of one before")
            )
        return self

    def lists(self, item: Listed) -> Listed | None:
        """Give a line of the list as they may see it; None if they may not."""
        may = self.visitor.may(Permission.READ, item.cell)
        if not may or not self._is_last(item.cell, self._names.end_before(item.cell)):
            return None
        known = item.certificate
        return item if known is None or self(known) else replace(item, certificate=None)

    def __call__(self, certificate: CertificateHead) -> bool:
        """Tell whether a certificate is of the client that had its name last."""
        end = self._names.end_before(certificate.cell, certificate.sequence + 1)
        return self._is_last(certificate.cell, end)

    def _is_last(self, cell: CellAddress, end: End | None) -> bool:
        return self.visitor.may(Permission.READ) or end is None or not self._names.is_reused(cell, end)

    def one(self, cell: CellAddress, number: int) -> IssuedCertificate:
        """Give one certificate of a client.

        Raises:
            MissingError: there is none with this number that they may see.
        """
        found = one(self.session, cell, number)
        if not self(found):
            raise MissingError(
                error(f"{cell} has no certificate {number}", "the page of certificates lists the newest")
            )
        return found


def file_answer(session: FleetSession, certificate: IssuedCertificate, ending: str) -> Response:
    """Answer with one of a certificate's files.

    Raises:
        MissingError: there is no such file.
        DiagnosticError: it can't be made.
    """
    content = file_of(session, certificate, ending)
    headers = {"Content-Disposition": f'attachment; filename="{stem(certificate)}.{ending}"'}
    return Response(content, headers=headers, media_type=_MEDIA.get(ending, _SIGNATURE))
