"""What pages and calls about certificates share: whose client it is, and how a file is answered."""

from fastapi import Request
from fastapi.responses import Response

from cellwright.app.certificates.files import file_of, stem
from cellwright.app.clients.client import client_named
from cellwright.app.session.session import FleetSession
from cellwright.console.services import services
from cellwright.ledger.certificates import IssuedCertificate
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


def file_answer(session: FleetSession, certificate: IssuedCertificate, ending: str) -> Response:
    """Answer with one of a certificate's files.

    Raises:
        MissingError: there is no such file.
        DiagnosticError: it can't be made.
    """
    content = file_of(session, certificate, ending)
    headers = {"Content-Disposition": f'attachment; filename="{stem(certificate)}.{ending}"'}
    return Response(content, headers=headers, media_type=_MEDIA.get(ending, _SIGNATURE))
