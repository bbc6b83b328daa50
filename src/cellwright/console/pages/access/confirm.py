"""Show again who one is, before one's proofs are changed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.visitor import Visitor
from cellwright.app.people.confirming import Shown, ask_to_confirm, confirm_by_passkey, confirm_by_password
from cellwright.app.people.factors import factors_of
from cellwright.app.people.standing import people_of, person_named
from cellwright.console.rendering import render
from cellwright.console.security.passkey_forms import Answer, demand_site, question
from cellwright.console.security.returning import LONGEST_PATH, local_path
from cellwright.console.security.signing_in import keep_step, origin_of, site, step_of
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter(prefix="/account/confirm")
ACCOUNT = "/account"
_Short = Annotated[str, Form(max_length=1024)]
_Next = Annotated[str, Form(max_length=LONGEST_PATH)]


@router.get("")
def show(request: Request, visitor: SignedIn, next: str = ACCOUNT) -> Response:  # noqa: A002  the field's name
    """Ask for a proof."""
    return _page(request, visitor, HTTPStatus.OK, next)


@router.post("")
def by_password(
    request: Request,
    visitor: SignedIn,
    password: _Short = "",
    code: _Short = "",
    next: _Next = ACCOUNT,  # noqa: A002  the field's name
) -> Response:
    """Take the password, and a code where there is an app."""
    found = services(request)
    shown = Shown(password=password, code=code, origin=origin_of(request))
    try:
        confirm_by_password(found.session, found.passwords, visitor, shown)
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNAUTHORIZED, next, fault)
    return RedirectResponse(local_path(next), HTTPStatus.SEE_OTHER)


@router.post("/passkey/question")
def ask(request: Request, visitor: SignedIn) -> Response:
    """Give the question for a passkey of the visitor to the page's script."""
    options, step = ask_to_confirm(services(request).session, demand_site(request), visitor)
    answer = question(options)
    keep_step(request, answer, step)
    return answer


@router.post("/passkey")
def by_passkey(
    request: Request,
    visitor: SignedIn,
    answer: Answer = "",
    next: _Next = ACCOUNT,  # noqa: A002  the field's name
) -> Response:
    """Take a passkey."""
    session = services(request).session
    try:
        confirm_by_passkey(
            session, demand_site(request), visitor, step_of(request), answer, origin_of(request)
        )
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNAUTHORIZED, next, fault)
    return RedirectResponse(local_path(next), HTTPStatus.SEE_OTHER)


def _page(
    request: Request, visitor: Visitor, status: HTTPStatus, wanted: str, fault: DiagnosticError | None = None
) -> Response:
    found = services(request)
    people = people_of(found.session)
    return render(
        request,
        "access/confirm.html",
        status,
        person=person_named(people, visitor.id),
        factors=factors_of(found.session, visitor.id),
        identities=people.identities.of(visitor.id),
        has_password=people.directory.password_hash(visitor.id) is not None,
        provider=found.sign_on.settings(),
        site=site(request),
        wanted=local_path(wanted),
        diagnostics=() if fault is None else fault.diagnostics,
    )
