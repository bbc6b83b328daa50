"""Somebody: their roles; give them one, take one away, let them in no more."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.confirming import ProofOldError
from cellwright.app.people.factors import factors_of
from cellwright.app.people.manage import disable, enable, give_role, new_link, withdraw_role
from cellwright.app.people.scopes import levels_of
from cellwright.app.people.standing import people_of, person_named
from cellwright.console.people.forms import RoleForm
from cellwright.console.people.grant_form import ROLES, read_grant
from cellwright.console.people.link_page import link_page
from cellwright.console.people.rows import grant_row
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/people/{person}"


@router.get(PATH)
def show(request: Request, visitor: SignedIn, person: str) -> Response:
    """Show somebody with their roles."""
    visitor.demand_somewhere(Permission.ADMINISTER)
    return _page(request, visitor, person, HTTPStatus.OK, RoleForm())


@router.post(f"{PATH}/roles")
def add_role(request: Request, visitor: SignedIn, person: str, form: Annotated[RoleForm, Form()]) -> Response:
    """Give somebody a role."""
    visitor.demand_somewhere(Permission.ADMINISTER)
    session = services(request).session
    try:
        give_role(session, visitor, person, read_grant(form.fields(), levels_of(session)), form.reason)
    except ProofOldError:
        raise
    except DiagnosticError as fault:
        return _page(request, visitor, person, HTTPStatus.UNPROCESSABLE_ENTITY, form, fault.diagnostics)
    return _back(person)


@router.post(f"{PATH}/roles/{{grant}}/withdraw")
def remove_role(request: Request, visitor: SignedIn, person: str, grant: str) -> Response:
    """Take a role away; whoever broke the glass gives back what they took."""
    withdraw_role(services(request).session, visitor, person, grant)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER) if person == visitor.id else _back(person)


@router.post(f"{PATH}/disable")
def let_out(request: Request, visitor: SignedIn, person: str) -> Response:
    """Let somebody sign in no more."""
    disable(services(request).session, visitor, person)
    return _back(person)


@router.post(f"{PATH}/enable")
def let_in(request: Request, visitor: SignedIn, person: str) -> Response:
    """Let somebody sign in again."""
    enable(services(request).session, visitor, person)
    return _back(person)


@router.post(f"{PATH}/link")
def make_link(request: Request, visitor: SignedIn, person: str) -> Response:
    """Make a link to set a new password, and show it this once."""
    session = services(request).session
    secret = new_link(session, visitor, person)
    return link_page(request, person_named(people_of(session), person), secret, "an hour")


def _page(
    request: Request,
    visitor: Visitor,
    person: str,
    status: HTTPStatus,
    form: RoleForm,
    diagnostics: Sequence[Diagnostic] = (),
) -> Response:
    session = services(request).session
    people = people_of(session)
    who = people.directory.find(person)
    if who is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return render(
        request,
        "access/person.html",
        status,
        person=who,
        grants=[grant_row(grant) for grant in people.standing.of(person)],
        factors=factors_of(session, person),
        may_manage=visitor.may(Permission.ADMINISTER),
        levels=levels_of(session),
        roles=ROLES,
        fields=form.fields(),
        diagnostics=diagnostics,
    )


def _back(person: str) -> Response:
    return RedirectResponse(f"/people/{person}", HTTPStatus.SEE_OTHER)
