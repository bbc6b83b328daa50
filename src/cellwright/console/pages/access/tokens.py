"""API tokens: made, shown once, listed and revoked."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.api_tokens import TokenRequest, make_token, revoke_token, visible_tokens
from cellwright.app.people.confirming import ProofOldError
from cellwright.app.people.scopes import levels_of
from cellwright.app.people.standing import people_of
from cellwright.console.navigation import Entry
from cellwright.console.people.forms import TokenForm
from cellwright.console.people.grant_form import ROLES, read_grant
from cellwright.console.people.rows import token_row
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.people.records import PersonKind
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/tokens"
NAVIGATION = Entry("Tokens", PATH, order=210, group="Access", icon="token")
PAGE = 200
DAYS = (1, 7, 30, 90, 180, 365)


@router.get(PATH)
def show(request: Request, visitor: SignedIn, state: str = "good", page: int = 1) -> Response:
    """List the visitor's tokens; an admin sees all."""
    return _page(request, visitor, HTTPStatus.OK, TokenForm(), state=state, page=page)


@router.post(PATH)
def make(request: Request, visitor: SignedIn, form: Annotated[TokenForm, Form()]) -> Response:
    """Make a token, and show it this once."""
    session = services(request).session
    try:
        limits = (read_grant(form.fields(), levels_of(session)),) if form.role else None
        wanted = TokenRequest(
            name=form.name, days=form.days, owner=form.owner, act_for=form.act_for, limits=limits
        )
        made = make_token(session, visitor, wanted)
    except ProofOldError:
        raise
    except DiagnosticError as fault:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, visitor, status, form, diagnostics=fault.diagnostics)
    return render(request, "access/token_made.html", token=made.record, text=made.text)


@router.post(f"{PATH}/{{token}}/revoke")
def revoke(request: Request, visitor: SignedIn, token: str) -> Response:
    """Let a token be good no more."""
    revoke_token(services(request).session, visitor, token)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _page(  # noqa: PLR0913  what the page shows
    request: Request,
    visitor: Visitor,
    status: HTTPStatus,
    form: TokenForm,
    *,
    state: str = "good",
    page: int = 1,
    diagnostics: Sequence[Diagnostic] = (),
) -> Response:
    session = services(request).session
    everybody, now = people_of(session).directory.all(), session.now()
    rows = [token_row(token, everybody, now) for token in visible_tokens(session, visitor)]
    rows = [row for row in rows if state == "all" or row.state == "good"]
    pages = max(1, -(-len(rows) // PAGE))
    here = min(max(1, page), pages)
    admin = visitor.may(Permission.ADMINISTER)
    return render(
        request,
        "access/tokens.html",
        status,
        rows=rows[(here - 1) * PAGE : here * PAGE],
        total=len(rows),
        page=here,
        pages=pages,
        state=state,
        owners=[item for item in everybody if admin and item.kind is PersonKind.SERVICE],
        may_act_for=admin,
        days=DAYS,
        roles=ROLES,
        levels=levels_of(session),
        typed=form,
        fields=form.fields(),
        diagnostics=diagnostics,
    )
