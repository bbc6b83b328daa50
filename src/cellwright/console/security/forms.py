"""Keeps other sites from sending a visitor's forms (cross-site request forgery).

Two things are checked of every request that changes something and carries no API token: that the browser
says it comes from this site (`Sec-Fetch-Site`, else `Origin`), and that it holds its session's token.
"""

import hmac
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.console.services import services
from cellwright.console.visitor import AnyVisitor
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.visible import visible

FIELD = "csrf"
HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_FIELDS = 5_000
"""Of one form."""
_LONGEST_NAME = 100
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters, but for line ends and tabs: no keyboard types them, and some databases keep none."""


class ForeignFormError(Exception):
    """A form does not come from a page of this console that belongs to the same session."""

    def __init__(self, visitor: Visitor | None) -> None:
        super().__init__("a form was refused")
        self.visitor = visitor
        """Whose session it would have used."""


class UnreadableFormError(Exception):
    """A form has fields that can't be read, whoever sent it."""

    def __init__(self, faults: Sequence[Diagnostic]) -> None:
        super().__init__("a form can't be read")
        self.diagnostics = tuple(faults)


async def checked_form(request: Request, visitor: AnyVisitor) -> None:
    """Refuse a form that another site sent, or a page of another session, and one that can't be read.

    Raises:
        ForeignFormError: it is not of this site, or of another session.
        UnreadableFormError: fields hold characters that can't be seen, or files.
    """
    if request.method in _SAFE:
        return
    await _check_origin(request, visitor)
    form = await read_form(request)
    if faults := tuple(_faults(form)):
        await form.close()  # of files
        raise UnreadableFormError(faults)


async def read_form(request: Request) -> FormData:
    """Give the form that a request carries; an empty one if it carries something else."""
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return FormData()
    return await request.form(max_fields=MOST_FIELDS)


async def _check_origin(request: Request, visitor: Visitor | None) -> None:
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
    found = (await read_form(request)).get(FIELD, "")
    return found if isinstance(found, str) else ""


def _faults(form: FormData) -> Iterator[Diagnostic]:
    for name, value in form.multi_items():
        shown = visible(name[:_LONGEST_NAME])
        if not isinstance(value, str):
            yield error(f"{shown}: no form here takes a file", "type a text")
        elif _UNSEEN.search(value):
            yield error(f"{shown} has characters that can't be seen", "type it again")
        elif _UNSEEN.search(name):
            yield error(f"there is no field {shown}", "load the page again")
