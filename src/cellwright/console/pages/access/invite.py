"""Invite somebody, or add a service."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.app.people.confirming import ProofOldError
from cellwright.app.people.manage import InviteRequest, invite
from cellwright.app.people.scopes import levels_of
from cellwright.console.people.forms import InviteForm
from cellwright.console.people.grant_form import ROLES, read_grant
from cellwright.console.people.link_page import link_page
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/people/invite"


@router.get(PATH)
def show(request: Request, visitor: SignedIn, *, service: bool = False) -> Response:
    """Ask whom to invite."""
    visitor.demand(Permission.ADMINISTER)
    return _page(request, HTTPStatus.OK, InviteForm(service=service, role="viewer"))


@router.post(PATH)
def submit(request: Request, visitor: SignedIn, form: Annotated[InviteForm, Form()]) -> Response:
    """Add somebody, and show their link this once."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    try:
        grants = (read_grant(form.fields(), levels_of(session)),) if form.role else ()
        wanted = InviteRequest(
            login=form.login, name=form.name, email=form.email, service=form.service, grants=grants
        )
        invitation = invite(session, visitor, wanted)
    except ProofOldError:
        raise
    except DiagnosticError as fault:
        return _page(request, HTTPStatus.UNPROCESSABLE_ENTITY, form, fault.diagnostics)
    if invitation.secret is None:
        return RedirectResponse(f"/people/{invitation.person.id}", HTTPStatus.SEE_OTHER)
    return link_page(request, invitation.person, invitation.secret, "three days")


def _page(
    request: Request, status: HTTPStatus, form: InviteForm, diagnostics: Sequence[Diagnostic] = ()
) -> Response:
    return render(
        request,
        "access/invite.html",
        status,
        typed=form,
        fields=form.fields(),
        levels=levels_of(services(request).session),
        roles=ROLES,
        diagnostics=diagnostics,
    )
