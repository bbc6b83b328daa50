"""What a visitor is told when a request fails: a page, or a problem document (RFC 9457) for programs."""

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from cellwright.access.visitor import PermissionRefusedError
from cellwright.api.diagnostics import diagnostic
from cellwright.app.overview.overview import FleetBeingReadError
from cellwright.app.people.confirming import ProofOldError
from cellwright.console.rendering import render
from cellwright.console.security.forms import ForeignFormError, UnreadableFormError
from cellwright.console.security.headers import add_security_headers
from cellwright.console.security.returning import page_before
from cellwright.console.services import services
from cellwright.console.visitor import NotSignedInError, visitor_or_none
from cellwright.console.wire.problems import MEDIA_TYPE, RefusedCallError
from cellwright.model.diagnostic import (
    Diagnostic,
    DiagnosticError,
    MissingError,
    UnavailableError,
    error,
)
from cellwright.model.text.visible import visible

API = "/api/"
_MOST_TOLD, _LONGEST_PART = 50, 100
_WRONG = "Something in the request is wrong"
_AGAIN = 2
"""Seconds until a browser looks again whether the fleet was read."""


def add_handlers(application: FastAPI) -> None:
    """Have the application answer failures as described here."""
    handlers: dict[type[Exception], Any] = {
        DiagnosticError: _diagnostics,
        FleetBeingReadError: _being_read,
        ProofOldError: _old_proof,
        MissingError: _nothing_there,
        UnavailableError: _unavailable,
        PermissionRefusedError: _refused,
        RefusedCallError: _refused_call,
        NotSignedInError: _stranger,
        ForeignFormError: _foreign_form,
        UnreadableFormError: _unreadable,
        RequestValidationError: _invalid,
        HTTPException: _http,
        Exception: _bug,
    }
    for kind, handler in handlers.items():
        application.add_exception_handler(kind, handler)


def failure(
    request: Request,
    status: int,
    title: str,
    diagnostics: Sequence[Diagnostic] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with a failure: as a page, or as a problem document under /api/."""
    if request.url.path.startswith(API):
        document = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": diagnostics[0].summary if diagnostics else None,
            "diagnostics": [diagnostic(item) for item in diagnostics],
        }
        return JSONResponse(document, status, headers, media_type=MEDIA_TYPE)
    answer = render(request, "failure.html", status, title=title, code=status, diagnostics=diagnostics)
    answer.headers.update(headers or {})
    return answer


async def _diagnostics(request: Request, fault: DiagnosticError) -> Response:
    return failure(request, HTTPStatus.CONFLICT, "This could not be done", fault.diagnostics)


async def _unavailable(request: Request, fault: UnavailableError) -> Response:
    title, headers = "The ledger can't be used now", {"Retry-After": "5"}
    return failure(request, HTTPStatus.SERVICE_UNAVAILABLE, title, fault.diagnostics, headers)


async def _being_read(request: Request, fault: FleetBeingReadError) -> Response:
    status, again = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_AGAIN)}
    if request.url.path.startswith(API):
        return failure(request, status, "The fleet is being read", fault.diagnostics, again)
    answer = render(request, "being_read.html", status, read=fault.read, total=fault.total)
    if request.method == "GET":
        again["Refresh"] = str(_AGAIN)  # the browser asks for the same page again
    answer.headers.update(again)
    return answer


async def _old_proof(request: Request, fault: ProofOldError) -> Response:
    if request.url.path.startswith(API):
        return failure(request, HTTPStatus.FORBIDDEN, "Show again who you are", fault.diagnostics)
    # Back to the page whose form it was, which is filled in again.
    back = page_before(request)
    query = f"?{urlencode({'next': back})}" if back != "/" else ""
    return RedirectResponse(f"/account/confirm{query}", HTTPStatus.SEE_OTHER)


async def _nothing_there(request: Request, fault: DiagnosticError) -> Response:
    return failure(request, HTTPStatus.NOT_FOUND, "There is nothing here", fault.diagnostics)


async def _refused(request: Request, fault: PermissionRefusedError) -> Response:
    visitors = services(request).visitors
    await run_in_threadpool(visitors.record_refusal, fault.visitor, fault.permission, fault.cell)
    told = error(str(fault), "ask an administrator of this fleet for a role that permits it")
    return failure(request, HTTPStatus.FORBIDDEN, "You may not do this", (told,))


async def _refused_call(request: Request, fault: RefusedCallError) -> Response:
    return failure(request, fault.status, fault.title, fault.diagnostics, fault.headers)


async def _stranger(request: Request, _fault: NotSignedInError) -> Response:
    if request.url.path.startswith(API):
        headers = {"WWW-Authenticate": "Bearer"}
        return failure(request, HTTPStatus.UNAUTHORIZED, "Sign in, or send an API token", headers=headers)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = "" if request.method != "GET" or target == "/" else f"?{urlencode({'next': target})}"
    where = f"/sign-in{back}"
    if "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers:
        return RedirectResponse(where, HTTPStatus.SEE_OTHER)
    return failure(request, HTTPStatus.UNAUTHORIZED, "Sign in first", headers={"HX-Redirect": where})


async def _foreign_form(request: Request, fault: ForeignFormError) -> Response:
    # The route's path, not the request's: that of a one-time link holds its secret.
    path = str(getattr(request.scope.get("route"), "path", ""))
    address = request.client.host if request.client is not None else ""
    visitors = services(request).visitors
    await run_in_threadpool(visitors.record_foreign_form, fault.visitor, path, address)
    told = error(
        "this form does not belong to your session, or was sent from another site",
        "go back, load the page again, and send the form once more",
    )
    return failure(request, HTTPStatus.FORBIDDEN, "This form was not accepted", (told,))


async def _unreadable(request: Request, fault: UnreadableFormError) -> Response:
    return failure(request, HTTPStatus.UNPROCESSABLE_ENTITY, _WRONG, fault.diagnostics)


async def _invalid(request: Request, fault: RequestValidationError) -> Response:
    told = [
        error(f"{'.'.join(map(_shown, item['loc']))}: {item['msg']}", "correct it and send it again")
        for item in fault.errors()[:_MOST_TOLD]
    ]
    return failure(request, HTTPStatus.UNPROCESSABLE_ENTITY, _WRONG, told)


def _shown(part: object) -> str:
    """Write a part of a field's place: a key is as the sender has written it."""
    text = str(part)
    return visible(text if len(text) <= _LONGEST_PART else f"{text[:_LONGEST_PART]}…")


async def _http(request: Request, fault: HTTPException) -> Response:
    if not request.url.path.startswith(API):
        # No page was found that would have asked who looks; the navigation wants to know.
        with suppress(DiagnosticError):
            request.state.visitor = await run_in_threadpool(visitor_or_none, request)
    absent = "address" if request.url.path.startswith(API) else "page"
    missing = fault.status_code == HTTPStatus.NOT_FOUND
    title = f"There is no such {absent}" if missing else str(fault.detail)
    return failure(request, fault.status_code, title, headers=dict(fault.headers or {}))


async def _bug(request: Request, _fault: Exception) -> Response:
    # The server's log has the traceback; a page must not.
    told = error("the server has met a fault of its own", "try again; the server's log says more")
    answer = failure(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong", (told,))
    # This one is sent past the middleware that adds them to all others.
    secure = services(request).settings.secure
    add_security_headers(answer.headers, request.url.path, request.state.nonce, secure=secure)
    return answer
