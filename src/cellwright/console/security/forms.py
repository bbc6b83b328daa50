"""Keeps other sites from sending a visitor's forms (cross-site request forgery).

Two things are checked of every request that changes something and carries no API token: that the browser
says it comes from this site (`Sec-Fetch-Site`, else `Origin`), and that it holds its session's token.
"""

import hmac
from urllib.parse import urlsplit

from fastapi import Request

from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.console.services import services
from cellwright.console.visitor import AnyVisitor

FIELD = "csrf"
HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ForeignFormError(Exception):
    """A form does not come from a page of this console that belongs to the same session."""

    def __init__(self, visitor: Visitor | None) -> None:
        super().__init__("a form was refused")
        self.visitor = visitor
        """Whose session it would have used."""


async def checked_form(request: Request, visitor: AnyVisitor) -> None:
    """Refuse a form that another site sent, or a page of another session.

    Raises:
        ForeignFormError: it is one.
    """
    if request.method in _SAFE:
        return
    if visitor is not None and visitor.by is SignedInBy.TOKEN:
        return
    if not _comes_from_here(request):
        raise ForeignFormError(visitor)
    if visitor is not None:
        given = await _given(request)
        if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
            raise ForeignFormError(visitor)


def _comes_from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    # A program that is no browser sends neither; it has no cookies that another site could use.
    if origin is None or origin == services(request).settings.address:
        return True
    # Over plain http, and not on this machine, browsers say the origin only. The host is what they asked for.
    return urlsplit(origin).netloc == request.headers.get("host")


async def _given(request: Request) -> str:
    if given := request.headers.get(HEADER):
        return given
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    found = (await request.form()).get(FIELD, "")
    return found if isinstance(found, str) else ""
