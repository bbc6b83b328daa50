"""Sign in with name and password, and sign out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.passwords import TooManySignInsError
from cellwright.app.people.account import sign_out
from cellwright.app.people.second_step import sign_in
from cellwright.app.people.sign_in import SignInRefusedError, SignInRequest, TooManyAttemptsError
from cellwright.app.people.signing_out import leave_provider
from cellwright.app.people.single_sign_on import came_by_provider
from cellwright.console.rendering import render
from cellwright.console.security.cookies import drop_session_cookie, session_cookie
from cellwright.console.security.returning import LONGEST_PATH, local_path
from cellwright.console.security.signing_in import enter, keep_step, origin_of, site
from cellwright.console.services import services
from cellwright.console.visitor import AnyVisitor
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()
_LONGEST = 1024
"""Characters of a field; a password that is longer than any is refused as a wrong one."""


@router.get("/sign-in")
def show(request: Request, visitor: AnyVisitor, next: str = "/") -> Response:  # noqa: A002  the field's name
    """Ask for name and password; whoever has signed in goes on."""
    if visitor is not None:
        return RedirectResponse(local_path(next), HTTPStatus.SEE_OTHER)
    return _page(request, HTTPStatus.OK, local_path(next))


@router.post("/sign-in")
def submit(
    request: Request,
    login: Annotated[str, Form(max_length=_LONGEST)] = "",
    password: Annotated[str, Form(max_length=_LONGEST)] = "",
    next: Annotated[str, Form(max_length=LONGEST_PATH)] = "/",  # noqa: A002  the field's name
) -> Response:
    """Sign in, always in a new session."""
    found, wanted = services(request), local_path(next)
    typed = SignInRequest(login=login, password=password, origin=origin_of(request))
    try:
        begun = sign_in(found.session, found.passwords, typed, wanted)
    except SignInRefusedError as fault:
        return _page(request, HTTPStatus.UNAUTHORIZED, wanted, login=login, fault=fault)
    except TooManyAttemptsError as fault:
        return _page(request, HTTPStatus.TOO_MANY_REQUESTS, wanted, login=login, fault=fault)
    except TooManySignInsError as fault:
        return _page(request, HTTPStatus.SERVICE_UNAVAILABLE, wanted, login=login, fault=fault)
    return enter(request, begun, wanted)


@router.post("/sign-out")
def leave(request: Request, visitor: AnyVisitor) -> Response:
    """End the session, here and in the ledger."""
    found = services(request)
    secure = found.settings.secure
    where, step = "/sign-in", None
    if visitor is not None:
        if came_by_provider(found.session, visitor):
            where = "/sign-in?left=1"
            step = leave_provider(found.session, session_cookie(request, secure=secure))
        sign_out(found.session, visitor)
    answer = RedirectResponse(where, HTTPStatus.SEE_OTHER)
    drop_session_cookie(answer, secure=secure)
    if step is not None:
        keep_step(request, answer, step)
    # The browser forgets what it has kept of the pages, too.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _page(
    request: Request,
    status: HTTPStatus,
    wanted: str,
    *,
    login: str = "",
    fault: DiagnosticError | None = None,
) -> Response:
    diagnostics = () if fault is None else fault.diagnostics
    return render(
        request,
        "access/sign_in.html",
        status,
        login=login,
        wanted=wanted,
        diagnostics=diagnostics,
        provider=services(request).sign_on.settings(),
        site=site(request),
    )
