"""What a browser is given when somebody signs in: a session, or what belongs to the next step."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from cellwright.access.passkeys import PasskeySite, site_of
from cellwright.app.people.sign_in import BegunSession, Origin
from cellwright.app.people.steps import BegunStep
from cellwright.console.security.cookies import (
    drop_step_cookie,
    set_session_cookie,
    set_step_cookie,
    step_cookie,
)
from cellwright.console.security.returning import local_path
from cellwright.console.services import services

SECOND_STEP = "/sign-in/second"
_OWN_MACHINE = ("127.0.0.1", "::1")


def origin_of(request: Request) -> Origin:
    """Tell where a request comes from."""
    address = request.client.host if request.client is not None else ""
    return Origin(address=address, agent=request.headers.get("user-agent", ""))


def site(request: Request) -> PasskeySite | None:
    """Give the site for which this console's passkeys are; None where browsers make none.

    A server that listens on this machine alone is reached as `localhost`, too, for which there are passkeys.
    """
    address = urlsplit(services(request).settings.address)
    if address.hostname in _OWN_MACHINE and request.url.hostname == "localhost":
        return site_of(f"{address.scheme}://localhost:{address.port}", "Cellwright")
    return site_of(address.geturl(), "Cellwright")


def enter(request: Request, begun: BegunSession | BegunStep, wanted: str) -> RedirectResponse:
    """Give the browser its new session and lead to the page that was wanted, or lead to the next step."""
    if isinstance(begun, BegunStep):
        answer = RedirectResponse(SECOND_STEP, HTTPStatus.SEE_OTHER)
        keep_step(request, answer, begun)
        return answer
    answer = RedirectResponse(local_path(wanted), HTTPStatus.SEE_OTHER)
    keep_session(request, answer, begun)
    return answer


def keep_session(request: Request, answer: Response, begun: BegunSession) -> None:
    """Give the browser its new session, in the place of any other and of steps that led to it."""
    secure = services(request).settings.secure
    set_session_cookie(answer, begun.secret, secure=secure, seconds=int(begun.lasts.total_seconds()))
    drop_step_cookie(answer, secure=secure)


def keep_step(request: Request, answer: Response, begun: BegunStep) -> None:
    """Give the browser what belongs to the next step."""
    secure = services(request).settings.secure
    set_step_cookie(answer, begun.secret, secure=secure, seconds=int(begun.lasts.total_seconds()))


def step_of(request: Request) -> str:
    """Give what the browser has kept since the last step; empty if nothing."""
    return step_cookie(request, secure=services(request).settings.secure)
