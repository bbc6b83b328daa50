"""Sign in at a provider of OpenID Connect: there, back, and out.

The ways there are links and not forms: browsers let no form lead to another site here (`form-action`).
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.oidc.faults import AnswerRefusedError
from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.sign_in import TooManyAttemptsError
from cellwright.app.people.signing_out import kept_id_token
from cellwright.app.people.single_sign_on import CALLBACK, begin_single_sign_on, finish_single_sign_on
from cellwright.app.people.steps import StepLostError
from cellwright.console.rendering import render
from cellwright.console.security.cookies import drop_step_cookie
from cellwright.console.security.returning import local_path
from cellwright.console.security.signing_in import enter, keep_step, origin_of, step_of
from cellwright.console.services import services
from cellwright.console.visitor import AnyVisitor
from cellwright.model.diagnostic import DiagnosticError, error

router = APIRouter()
_NOT_NOW = error(
    "single sign-on can't be used at this moment",
    "sign in another way, or try again later; an administrator finds the reason among the events",
)


@router.get("/sign-in/oidc")
def begin(request: Request, visitor: AnyVisitor, next: str = "/") -> Response:  # noqa: A002  the field's name
    """Send the browser to the provider."""
    try:
        url, step = begin_single_sign_on(services(request).sign_on, origin_of(request), local_path(next))
    except DiagnosticError as fault:
        return _failed(request, visitor, fault)
    answer = RedirectResponse(url, HTTPStatus.SEE_OTHER)
    keep_step(request, answer, step)
    return answer


@router.get(CALLBACK)
def come_back(request: Request, visitor: AnyVisitor) -> Response:
    """Begin the session of whoever has come back from the provider."""
    found = services(request)
    try:
        begun, wanted = finish_single_sign_on(
            found.sign_on, step_of(request), dict(request.query_params), origin_of(request)
        )
    except DiagnosticError as fault:
        answer = _failed(request, visitor, fault)
        drop_step_cookie(answer, secure=found.settings.secure)
        return answer
    return enter(request, begun, wanted)


@router.get("/sign-out/provider")
def leave(request: Request) -> Response:
    """Send the browser to where one signs out of the provider, too."""
    found = services(request)
    provider, console = found.sign_on.provider()
    where = provider.sign_out_url(f"{console.url}/sign-in", kept_id_token(found.session, step_of(request)))
    answer = RedirectResponse(where or "/sign-in", HTTPStatus.SEE_OTHER)
    drop_step_cookie(answer, secure=found.settings.secure)
    return answer


def _failed(request: Request, visitor: Visitor | None, fault: DiagnosticError) -> Response:
    """Tell a stranger what they can do about it; what is wrong here, only whoever manages people."""
    own = isinstance(fault, AnswerRefusedError | StepLostError | TooManyAttemptsError)
    told = fault.diagnostics if own or (visitor and visitor.may(Permission.ADMINISTER)) else (_NOT_NOW,)
    status = HTTPStatus.UNAUTHORIZED if own else HTTPStatus.BAD_GATEWAY
    return render(request, "access/sign_in_failed.html", status, diagnostics=told)
