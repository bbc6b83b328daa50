"""The visitor's own account: what they may do, their password, and where they have signed in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.account import (
    NewPassword,
    change_password,
    end_other_sessions,
    end_session,
    own_sessions,
)
from cellwright.app.people.factors import factors_of
from cellwright.app.people.standing import people_of, person_named, shown_scope
from cellwright.console.rendering import render
from cellwright.console.security.signing_in import origin_of, site
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/account"
_NOTICES = {
    "password": "Your password is changed, and all other sessions have ended.",
    "passkey": "The passkey is kept. You can sign in with it from now on.",
    "passkey-removed": "The passkey is removed.",
    "app-removed": "The authenticator app and its recovery codes are removed.",
    "linked": "You can sign in at the provider from now on.",
    "unlinked": "You can't sign in at the provider any more.",
}


@router.get(PATH)
def show(request: Request, visitor: SignedIn, done: str = "") -> Response:
    """Show the account."""
    return _page(request, visitor, HTTPStatus.OK, notice=_NOTICES.get(done, ""))


@router.post(f"{PATH}/password")
def set_password(
    request: Request,
    visitor: SignedIn,
    present: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "",
) -> Response:
    """Change the password, for whoever knows the present one."""
    found = services(request)
    typed = NewPassword(present=present, wanted=wanted, origin=origin_of(request))
    try:
        change_password(found.session, found.passwords, visitor, typed)
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNPROCESSABLE_ENTITY, diagnostics=fault.diagnostics)
    return RedirectResponse(f"{PATH}?done=password", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/sessions/others/end")
def end_others(request: Request, visitor: SignedIn) -> Response:
    """End all sessions but this one."""
    end_other_sessions(services(request).session, visitor)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/sessions/{{handle}}/end")
def end_one(request: Request, visitor: SignedIn, handle: str) -> Response:
    """End one session."""
    end_session(services(request).session, visitor, handle)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    visitor: Visitor,
    status: HTTPStatus,
    *,
    notice: str = "",
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Response:
    session = services(request).session
    return render(
        request,
        "account.html",
        status,
        person=person_named(people_of(session), visitor.id),
        roles=[(grant.role.value, shown_scope(grant)) for grant in visitor.grants],
        sessions=own_sessions(session, visitor),
        by_session=visitor.by is SignedInBy.SESSION,
        factors=factors_of(session, visitor.id),
        identities=people_of(session).identities.of(visitor.id),
        has_password=people_of(session).directory.password_hash(visitor.id) is not None,
        provider=services(request).sign_on.settings(),
        site=site(request),
        notice=notice,
        diagnostics=diagnostics,
    )
