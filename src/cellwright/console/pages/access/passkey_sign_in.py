"""Sign in with a passkey alone."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.app.people.passkeys import (
    PasskeyNotAcceptedError,
    begin_passkey_sign_in,
    sign_in_with_passkey,
)
from cellwright.app.people.sign_in import TooManyAttemptsError
from cellwright.app.people.steps import StepLostError
from cellwright.console.rendering import render
from cellwright.console.security.passkey_forms import Answer, demand_site, question
from cellwright.console.security.returning import LONGEST_PATH, local_path
from cellwright.console.security.signing_in import enter, keep_step, origin_of, step_of
from cellwright.console.services import services

router = APIRouter()


@router.post("/sign-in/passkey/question")
def ask(request: Request, next: Annotated[str, Form(max_length=LONGEST_PATH)] = "/") -> Response:  # noqa: A002  the field's name
    """Give the question for any passkey of this site to the page's script."""
    session, wanted = services(request).session, local_path(next)
    options, step = begin_passkey_sign_in(session, demand_site(request), origin_of(request), wanted)
    answer = question(options)
    keep_step(request, answer, step)
    return answer


@router.post("/sign-in/passkey")
def submit(request: Request, answer: Answer = "") -> Response:
    """Sign in with the passkey's answer."""
    session = services(request).session
    try:
        begun, wanted = sign_in_with_passkey(
            session, demand_site(request), step_of(request), answer, origin_of(request)
        )
    except TooManyAttemptsError as fault:
        return render(
            request, "access/sign_in_failed.html", HTTPStatus.TOO_MANY_REQUESTS, diagnostics=fault.diagnostics
        )
    except (PasskeyNotAcceptedError, StepLostError) as fault:
        return render(
            request, "access/sign_in_failed.html", HTTPStatus.UNAUTHORIZED, diagnostics=fault.diagnostics
        )
    return enter(request, begun, wanted)


@router.get("/sign-in/passkey")
def again(request: Request) -> Response:  # noqa: ARG001  every page has it
    """Lead whoever reloads the page after a failure back to the beginning."""
    return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
