"""Certificates of destruction: who has one, what is open, the files, and validation by another person."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.certificates.issuing import issue
from cellwright.app.certificates.listing import listing
from cellwright.app.certificates.showing import show
from cellwright.app.certificates.validating import LONGEST_FINDINGS, ValidationRequest, validate
from cellwright.console.certificates import SeenCertificates, client_cell, file_answer
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.paging import page_of
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()
NAVIGATION = Entry("Certificates", "/certificates", order=95, group="Fleet", icon="check")
Findings = Annotated[str, Form(max_length=LONGEST_FINDINGS)]
Over = Annotated[list[Annotated[str, Form(max_length=2_000)]], Form(max_length=1_000)]


@router.get("/certificates")
def certificates(request: Request, visitor: SignedIn) -> Response:
    """List the clients that were offboarded, each with its newest certificate."""
    visitor.demand_somewhere(Permission.READ)
    session = services(request).session
    seen = SeenCertificates.of(visitor, session)
    filters = Filters.of(request)
    text = filters.get("q").casefold()
    listed = map(seen.lists, listing(session))
    found = [item for item in listed if item is not None and text in str(item.cell)]
    return render(
        request, "clients/certificates.html", filters=filters, page=page_of(found, filters.number("page"))
    )


@router.get("/cells/{level}/{name}/certificate")
def certificate(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Show a client's newest certificate, and what can be done about it."""
    cell = client_cell(request, name, level)
    return _page(request, visitor, cell)


@router.post("/cells/{level}/{name}/certificate")
def issue_certificate(request: Request, visitor: SignedIn, level: str, name: str) -> Response:
    """Issue a certificate that says what the ledger says now."""
    cell = client_cell(request, name, level)
    SeenCertificates.of(visitor, services(request).session).demand(Permission.APPLY, cell)
    try:
        issue(services(request).session, visitor.actor, cell.cell)
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault)
    return RedirectResponse(f"/cells/{cell}/certificate", HTTPStatus.SEE_OTHER)


@router.post("/cells/{level}/{name}/certificate/validate")
def validate_certificate(
    request: Request,
    visitor: SignedIn,
    level: str,
    name: str,
    findings: Findings = "",
    over: Over = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """Record what somebody who had no part in the destruction has found, and issue the certificate anew."""
    cell = client_cell(request, name, level)
    SeenCertificates.of(visitor, services(request).session).demand(Permission.APPROVE, cell)
    wanted = ValidationRequest(name=cell.cell, findings=findings, settled=tuple(over))
    try:
        validate(services(request).session, visitor.actor, wanted)
    except DiagnosticError as fault:
        return _page(request, visitor, cell, fault, findings)
    return RedirectResponse(f"/cells/{cell}/certificate", HTTPStatus.SEE_OTHER)


@router.get("/cells/{level}/{name}/certificate/{number:int}/{ending}")
def certificate_file(
    request: Request, visitor: SignedIn, level: str, name: str, number: int, ending: str
) -> Response:
    """Give a certificate's document, its PDF, or the signature of one of them."""
    cell = client_cell(request, name, level)
    session = services(request).session
    seen = SeenCertificates.of(visitor, session).demand(Permission.READ, cell)
    return file_answer(session, seen.one(cell, number), ending)


def _page(
    request: Request,
    visitor: Visitor,
    cell: CellAddress,
    fault: DiagnosticError | None = None,
    findings: str = "",
) -> Response:
    session = services(request).session
    seen = SeenCertificates.of(visitor, session).demand(Permission.READ, cell)
    view = show(session, cell, seen)
    return render(
        request,
        "clients/certificate.html",
        HTTPStatus.OK if fault is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        view=view,
        said=view.document,
        faults=fault.diagnostics if fault is not None else view.refusal,
        findings=findings,
        issues=visitor.may(Permission.APPLY, cell),
        validates=visitor.may(Permission.APPROVE, cell),
        page=page_of(view.document["resources"] if view.document else (), Filters.of(request).number("page")),
        filters=Filters.of(request),
    )
