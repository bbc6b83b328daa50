"""Who a request comes from: the dependencies that pages and API calls declare."""

from typing import Annotated

from fastapi import Depends, Request

from cellwright.access.visitor import Visitor
from cellwright.console.security.cookies import session_cookie
from cellwright.console.services import services

_BEARER = "bearer "
_LOOKS = ("GET", "HEAD")
ACTS_FOR = "x-cellwright-acts-for"
"""The header in which a program names the person that it acts for."""


class NotSignedInError(Exception):
    """A request for which one must be signed in comes from a stranger."""


BUILD_TOKEN = "x-cellwright-build-token"  # noqa: S105  the name of a header
"""The header in which a build hands over the identity token that its CI system has signed."""


def visitor_or_none(request: Request) -> Visitor | None:
    """Give who sent a request; None for a stranger."""
    found = services(request)
    address = request.client.host if request.client is not None else ""
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        acts_for = _text(request.headers.get(ACTS_FOR, "")).strip()
        build = None if request.method in _LOOKS else request.headers.get(BUILD_TOKEN, "").strip()
        return found.visitors.by_token(authorization[len(_BEARER) :].strip(), address, acts_for, build)
    cookie = session_cookie(request, secure=found.settings.secure)
    return found.visitors.by_session(cookie, address) if cookie else None


def _text(header: str) -> str:
    """Read a header as UTF-8, which programs send; the server has read it as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def signed_in(request: Request, visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Visitor:
    """Give who sent a request.

    Raises:
        NotSignedInError: nobody who is signed in.
    """
    if visitor is None:
        raise NotSignedInError
    request.state.visitor = visitor
    return visitor


AnyVisitor = Annotated[Visitor | None, Depends(visitor_or_none)]
"""The parameter of a page that strangers see, too."""
SignedIn = Annotated[Visitor, Depends(signed_in)]
"""The parameter of a page for whoever is signed in; what they may do is demanded within."""
