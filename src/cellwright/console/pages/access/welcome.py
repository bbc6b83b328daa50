"""A one-time link: the first admin gives their name and a password, anybody else a password."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from cellwright.app.people.welcome import Welcome, WelcomeRequest, accept_link, look_at_link
from cellwright.console.rendering import render
from cellwright.console.security.signing_in import enter, origin_of
from cellwright.console.services import services
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
Field = Annotated[str, Form(max_length=1024)]


@router.get("/welcome/{token}")
def show(request: Request, token: str) -> Response:
    """Ask for what the link is for; looking at it does not use it up."""
    welcome = look_at_link(services(request).session, token)
    return _page(request, welcome, HTTPStatus.OK, WelcomeRequest(token=token, password=""), ())


@router.post("/welcome/{token}")
def submit(
    request: Request,
    token: str,
    password: Field = "",
    login: Field = "",
    name: Field = "",
    email: Field = "",
) -> Response:
    """Set the password, and sign in."""
    found = services(request)
    typed = WelcomeRequest(
        token=token, password=password, login=login, name=name, email=email, origin=origin_of(request)
    )
    welcome = look_at_link(found.session, token)
    try:
        begun = accept_link(found.session, found.passwords, typed)
    except DiagnosticError as fault:
        return _page(request, welcome, HTTPStatus.UNPROCESSABLE_ENTITY, typed, fault.diagnostics)
    return enter(request, begun, "/")


def _page(
    request: Request,
    welcome: Welcome,
    status: HTTPStatus,
    typed: WelcomeRequest,
    diagnostics: tuple[Diagnostic, ...],
) -> Response:
    return render(
        request, "access/welcome.html", status, welcome=welcome, typed=typed, diagnostics=diagnostics
    )
