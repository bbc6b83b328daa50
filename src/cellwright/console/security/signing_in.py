"""What a browser is given when somebody has signed in."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse

from cellwright.app.people.sign_in import BegunSession, Origin
from cellwright.console.security.cookies import set_session_cookie
from cellwright.console.security.returning import local_path
from cellwright.console.services import services


def origin_of(request: Request) -> Origin:
    """Tell where a request comes from."""
    address = request.client.host if request.client is not None else ""
    return Origin(address=address, agent=request.headers.get("user-agent", ""))


def enter(request: Request, begun: BegunSession, wanted: str) -> RedirectResponse:
    """Give the browser its new session, in the place of any other, and lead to the page that was wanted."""
    answer = RedirectResponse(local_path(wanted), HTTPStatus.SEE_OTHER)
    set_session_cookie(
        answer,
        begun.secret,
        secure=services(request).settings.secure,
        seconds=int(begun.lasts.total_seconds()),
    )
    return answer
