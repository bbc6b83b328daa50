"""The second step of a sign-in: a code or a passkey; or the first second factor of somebody who needs one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.app.people.authenticator import CodeRefusedError, begin_app
from cellwright.app.people.second_step import (
    ask_for_passkey,
    finish_set_up,
    finish_with_code,
    finish_with_passkey,
    second_step,
)
from cellwright.app.people.sign_in import TooManyAttemptsError
from cellwright.app.people.steps import StepLostError
from cellwright.console.rendering import render
from cellwright.console.security.passkey_forms import Answer, demand_site, question
from cellwright.console.security.signing_in import (
    SECOND_STEP,
    enter,
    keep_session,
    origin_of,
    site,
    step_of,
)
from cellwright.console.services import services
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()
Code = Annotated[str, Form(max_length=100)]


@router.get(SECOND_STEP)
def show(request: Request) -> Response:
    """Ask for the second factor, or have the first one set up."""
    try:
        return _page(request, HTTPStatus.OK)
    except StepLostError:
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)


@router.post(SECOND_STEP)
def give_code(request: Request, code: Code = "") -> Response:
    """Go on with a code of the app, or a recovery code."""
    try:
        begun, wanted = finish_with_code(
            services(request).session, step_of(request), code, origin_of(request)
        )
    except CodeRefusedError as fault:
        return _page(request, HTTPStatus.UNAUTHORIZED, fault)
    except TooManyAttemptsError as fault:
        return _page(request, HTTPStatus.TOO_MANY_REQUESTS, fault)
    return enter(request, begun, wanted)


@router.post(f"{SECOND_STEP}/passkey/question")
def ask(request: Request) -> Response:
    """Give the question for a passkey to the page's script."""
    return question(ask_for_passkey(services(request).session, demand_site(request), step_of(request)))


@router.post(f"{SECOND_STEP}/passkey")
def give_passkey(request: Request, answer: Answer = "") -> Response:
    """Go on with a passkey."""
    found = services(request)
    begun, wanted = finish_with_passkey(
        found.session, demand_site(request), step_of(request), answer, origin_of(request)
    )
    return enter(request, begun, wanted)


@router.post(f"{SECOND_STEP}/app")
def set_up_app(request: Request, code: Code = "") -> Response:
    """Go on with the first code of a new app; shows the recovery codes, once."""
    found = services(request)
    try:
        begun, wanted, codes = finish_set_up(found.session, step_of(request), code, origin_of(request))
    except CodeRefusedError as fault:
        return _page(request, HTTPStatus.UNPROCESSABLE_ENTITY, fault)
    answer = render(request, "access/recovery_codes.html", codes=codes, onwards=wanted)
    keep_session(request, answer, begun)
    return answer


def _page(request: Request, status: HTTPStatus, fault: DiagnosticError | None = None) -> Response:
    session = services(request).session
    step = second_step(session, step_of(request))
    return render(
        request,
        "access/second_factor.html",
        status,
        step=step,
        app=begin_app(session, step.person) if step.sets_up else None,
        site=site(request),
        diagnostics=() if fault is None else fault.diagnostics,
    )
