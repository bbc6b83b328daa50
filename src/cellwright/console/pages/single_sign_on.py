"""Sign in at a provider of OpenID Connect: there, back, and out.

The ways there are links and not forms: browsers let no form lead to another site here (`form-action`).
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.oidc.faults import ProviderFault
from cellwright.app.people.single_sign_on import CALLBACK, begin_single_sign_on, finish_single_sign_on
from cellwright.console.rendering import render
from cellwright.console.security.cookies import drop_step_cookie
from cellwright.console.security.returning import local_path
from cellwright.console.security.signing_in import enter, keep_step, origin_of, step_of
from cellwright.console.services import services
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()


@router.get("/sign-in/oidc")
def begin(request: Request, next: str = "/") -> Response:  # noqa: A002  the field's name
    """Send the browser to the provider."""
    try:
        url, step = begin_single_sign_on(services(request).sign_on, origin_of(request), local_path(next))
    except DiagnosticError as fault:
        return _failed(request, fault)
    answer = RedirectResponse(url, HTTPStatus.SEE_OTHER)
    keep_step(request, answer, step)
    return answer


@router.get(CALLBACK)
def come_back(request: Request) -> Response:
    """Begin the session of whoever has come back from the provider."""
    found = services(request)
    try:
        begun, wanted = finish_single_sign_on(
            found.sign_on, step_of(request), dict(request.query_params), origin_of(request)
        )
    except DiagnosticError as fault:
        answer = _failed(request, fault)
        drop_step_cookie(answer, secure=found.settings.secure)
        return answer
    return enter(request, begun, wanted)


@router.get("/sign-out/provider")
def leave(request: Request) -> Response:
    """Send the browser to where one signs out of the provider, too."""
    found = services(request)
    provider, console = found.sign_on.provider()
    where = provider.sign_out_url(f"{console.url}/sign-in")
    return RedirectResponse(where or "/sign-in", HTTPStatus.SEE_OTHER)


def _failed(request: Request, fault: DiagnosticError) -> Response:
    status = HTTPStatus.BAD_GATEWAY if isinstance(fault, ProviderFault) else HTTPStatus.UNAUTHORIZED
    return render(request, "sign_in_failed.html", status, diagnostics=fault.diagnostics)
