"""Certificates of destruction: issued, validated by another person, and their files."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.records import certificates as document
from cellwright.app.certificates.issuing import issue
from cellwright.app.certificates.listing import listing
from cellwright.app.certificates.showing import show
from cellwright.app.certificates.validating import LONGEST_FINDINGS, ValidationRequest, validate
from cellwright.console.certificates import SeenCertificates, client_cell, file_answer
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import PLAIN, Body
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import certificates as schemas

router = noun_router()
Name = Annotated[str, Path(max_length=63, description="The client's name.")]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/json": {}, "application/pdf": {}, "application/pgp-signature": {}},
    }
}
_SAME: dict[int | str, dict[str, Any]] = {
    200: {"description": "The newest one: nothing has changed.", "model": schemas.IssuedCertificate}
}


class IssueBody(Body):
    """Nothing has to be said."""


class ValidationBody(Body):
    """What somebody who had no part in the destruction has found."""

    findings: Annotated[str, Field(min_length=1, max_length=LONGEST_FINDINGS, pattern=PLAIN)]
    over: list[Annotated[str, Field(max_length=2_000, pattern=PLAIN)]] = Field(
        default=[], max_length=1_000, description="What is gone as they have found; see `settleable`."
    )


@router.get("/certificates", response_model=schemas.Left)
def certificates(request: Request, visitor: SignedIn) -> Response:
    """List the clients that were offboarded, each with its newest certificate."""
    visitor.demand_somewhere(Permission.READ)
    session = services(request).session
    seen = SeenCertificates.of(visitor, session)
    found = [item for item in map(seen.lists, listing(session)) if item is not None]
    return answer(request, document.listing(found))


@router.get("/clients/{name}/certificates", response_model=schemas.Certificates)
def of_client(request: Request, visitor: SignedIn, name: Name) -> Response:
    """Give the certificates of a client, and what the newest one says."""
    session = services(request).session
    cell = client_cell(request, name)
    seen = SeenCertificates.of(visitor, session).demand(Permission.READ, cell)
    return answer(request, document.view(show(session, cell, seen)))


@router.post(
    "/clients/{name}/certificates",
    status_code=HTTPStatus.CREATED,
    response_model=schemas.IssuedCertificate,
    responses=_SAME,
)
def issue_certificate(
    request: Request, visitor: SignedIn, name: Name, _body: IssueBody, _key: Key = None
) -> Response:
    """Issue a certificate; where nothing has changed the newest one is given again."""
    session = services(request).session
    cell = client_cell(request, name)
    SeenCertificates.of(visitor, session).demand(Permission.APPLY, cell)
    found = issue(session, visitor.actor, cell.cell)
    return answer(request, document.issued(found), HTTPStatus.CREATED if found.anew else HTTPStatus.OK)


@router.post(
    "/clients/{name}/certificates/validate",
    status_code=HTTPStatus.CREATED,
    response_model=schemas.IssuedCertificate,
)
def validate_certificate(
    request: Request, visitor: SignedIn, name: Name, body: ValidationBody, _key: Key = None
) -> Response:
    """Record a validation of the newest certificate, and issue the one that has it."""
    session = services(request).session
    cell = client_cell(request, name)
    SeenCertificates.of(visitor, session).demand(Permission.APPROVE, cell)
    wanted = ValidationRequest(name=cell.cell, findings=body.findings, settled=tuple(body.over))
    found = validate(session, visitor.actor, wanted)
    return answer(request, document.issued(found), HTTPStatus.CREATED)


@router.get("/clients/{name}/certificates/{number:int}/{ending}", response_class=Response, responses=_FILE)
def certificate_file(
    request: Request,
    visitor: SignedIn,
    name: Name,
    number: Annotated[int, Path(ge=1, le=2**31 - 1, description="Which of the client's certificates.")],
    ending: Annotated[str, Path(max_length=20, description="`json`, `json.asc`, `pdf` or `pdf.asc`.")],
) -> Response:
    """Give a certificate's document, its PDF, or the detached signature of one of them."""
    session = services(request).session
    cell = client_cell(request, name)
    seen = SeenCertificates.of(visitor, session).demand(Permission.READ, cell)
    return file_answer(session, seen.one(cell, number), ending)
