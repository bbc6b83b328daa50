"""The visitor's own passkeys, authenticator app and identities, for whoever has just shown who they are."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.visitor import Visitor
from cellwright.app.people.authenticator import (
    CodeRefusedError,
    begin_app,
    confirm_app,
    new_codes,
    remove_app,
)
from cellwright.app.people.confirming import demand_recent_proof
from cellwright.app.people.passkeys import (
    MadePasskey,
    begin_registration,
    register_passkey,
    remove_passkey,
    take_registration,
)
from cellwright.app.people.single_sign_on import begin_single_sign_on, unlink
from cellwright.app.people.standing import people_of, person_named
from cellwright.app.session.session import FleetSession
from cellwright.console.rendering import render
from cellwright.console.security.passkey_forms import Answer, demand_site, question
from cellwright.console.security.signing_in import keep_step, origin_of, step_of
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.people.identities import IdentityRecord
from cellwright.ledger.people.records import Person

router = APIRouter(prefix="/account")
_Short = Annotated[str, Form(max_length=1024)]


@router.post("/passkeys/question")
def ask(request: Request, visitor: SignedIn) -> Response:
    """Give the question for a new passkey to the page's script."""
    session, person = _own(request, visitor)
    options, step, _ = begin_registration(session, demand_site(request), person)
    answer = question(options)
    if step is not None:
        keep_step(request, answer, step)
    return answer


@router.post("/passkeys")
def add_passkey(request: Request, visitor: SignedIn, answer: Answer = "", name: _Short = "") -> Response:
    """Keep a new passkey."""
    session, person = _own(request, visitor)
    challenge = take_registration(session, step_of(request), person.id)
    made = MadePasskey(answer=answer, challenge=challenge, name=name)
    register_passkey(session, demand_site(request), visitor.actor, person, made)
    return _back("passkey")


@router.post("/passkeys/remove")
def drop_passkey(request: Request, visitor: SignedIn, passkey: _Short = "") -> Response:
    """Remove a passkey."""
    session, person = _own(request, visitor)
    remove_passkey(session, visitor.actor, person.id, passkey)
    return _back("passkey-removed")


@router.get("/app")
def show_app(request: Request, visitor: SignedIn) -> Response:
    """Show the secret for a new app."""
    session, person = _own(request, visitor)
    return render(request, "access/set_up_app.html", app=begin_app(session, person), diagnostics=())


@router.post("/app")
def add_app(request: Request, visitor: SignedIn, code: _Short = "") -> Response:
    """Let the app count; shows the recovery codes, once."""
    session, person = _own(request, visitor)
    try:
        codes = confirm_app(session, visitor.actor, person, code)
    except CodeRefusedError as fault:
        shown = begin_app(session, person)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "access/set_up_app.html", status, app=shown, diagnostics=fault.diagnostics)
    return render(request, "access/recovery_codes.html", codes=codes, onwards="/account")


@router.post("/app/remove")
def drop_app(request: Request, visitor: SignedIn) -> Response:
    """Remove the app and its recovery codes."""
    session, person = _own(request, visitor)
    remove_app(session, visitor.actor, person.id)
    return _back("app-removed")


@router.post("/app/recovery-codes")
def make_codes(request: Request, visitor: SignedIn) -> Response:
    """Make new recovery codes and show them, once."""
    session, person = _own(request, visitor)
    return render(
        request,
        "access/recovery_codes.html",
        codes=new_codes(session, visitor.actor, person),
        onwards="/account",
    )


@router.post("/identities/link")
def link_identity(request: Request, visitor: SignedIn) -> Response:
    """Lead to the provider, whose answer is added to this account: by a link, as no form may lead there."""
    _, person = _own(request, visitor)
    sign_on = services(request).sign_on
    url, step = begin_single_sign_on(sign_on, origin_of(request), "/account?done=linked", person.id)
    answer = render(request, "access/go_to_provider.html", url=url, provider=sign_on.settings())
    keep_step(request, answer, step)
    return answer


@router.post("/identities/unlink")
def unlink_identity(
    request: Request, visitor: SignedIn, issuer: _Short = "", subject: _Short = ""
) -> Response:
    """Let the visitor sign in at the provider no more."""
    session, person = _own(request, visitor)
    unlink(session, visitor.actor, person, IdentityRecord(issuer=issuer, subject=subject))
    return _back("unlinked")


def _own(request: Request, visitor: Visitor) -> tuple[FleetSession, Person]:
    """Give the visitor as a person, if they have shown just now who they are.

    Raises:
        DiagnosticError: they have not.
    """
    session = services(request).session
    demand_recent_proof(session, visitor)
    return session, person_named(people_of(session), visitor.id)


def _back(done: str) -> RedirectResponse:
    return RedirectResponse(f"/account?done={done}", HTTPStatus.SEE_OTHER)
