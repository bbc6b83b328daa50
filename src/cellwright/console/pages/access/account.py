"""The visitor's own account: what they may do, their password, and where they have signed in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.account import (
    NewPassword,
    change_password,
    end_other_sessions,
    end_session,
    own_sessions,
)
from cellwright.app.people.break_glass import TAKEN, BreakGlassRequest, break_glass
from cellwright.app.people.factors import factors_of
from cellwright.app.people.scopes import levels_of
from cellwright.app.people.standing import people_of, person_named
from cellwright.console.people.browser_name import browser_name
from cellwright.console.people.forms import BreakGlassForm
from cellwright.console.people.grant_form import ROLES, read_grant
from cellwright.console.people.rows import grant_row
from cellwright.console.rendering import render
from cellwright.console.security.signing_in import origin_of, site
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/account"
_NOTICES = {
    "password": "Your password is changed, and all other sessions have ended.",
    "glass": "You have more than your role for now. Give it back when it is over.",
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
    present: Annotated[str, Form(max_length=1024)] = "",
    wanted: Annotated[str, Form(max_length=1024)] = "",
) -> Response:
    """Change the password, for whoever knows the present one."""
    found = services(request)
    typed = NewPassword(present=present, wanted=wanted, origin=origin_of(request))
    try:
        change_password(found.session, found.passwords, visitor, typed)
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNPROCESSABLE_ENTITY, diagnostics=fault.diagnostics)
    return RedirectResponse(f"{PATH}?done=password", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/break-glass")
def take_role(request: Request, visitor: SignedIn, form: Annotated[BreakGlassForm, Form()]) -> Response:
    """Take a role beyond one's own, with a reason."""
    visitor.demand_somewhere(Permission.ADMINISTER)
    session = services(request).session
    try:
        grant = read_grant(form.fields(), levels_of(session))
        wanted = BreakGlassRequest(grant=grant, reason=form.reason, minutes=form.minutes)
        break_glass(session, visitor, wanted)
    except DiagnosticError as fault:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, visitor, status, form=form, diagnostics=fault.diagnostics)
    return RedirectResponse(f"{PATH}?done=glass", HTTPStatus.SEE_OTHER)


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
    form: BreakGlassForm | None = None,
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Response:
    session = services(request).session
    people, by_session = people_of(session), visitor.by is SignedInBy.SESSION
    return render(
        request,
        "access/account.html",
        status,
        person=person_named(people, visitor.id),
        grants=[grant_row(grant) for grant in people.standing.of(visitor.id)],
        sessions=own_sessions(session, visitor),
        browser_name=browser_name,
        may_break_glass=by_session and visitor.may_somewhere(Permission.ADMINISTER),
        taken=TAKEN,
        roles=ROLES,
        levels=levels_of(session),
        form=form or BreakGlassForm(),
        by_session=by_session,
        factors=factors_of(session, visitor.id),
        identities=people.identities.of(visitor.id),
        has_password=people.directory.password_hash(visitor.id) is not None,
        provider=services(request).sign_on.settings(),
        site=site(request),
        notice=notice,
        diagnostics=diagnostics,
    )
