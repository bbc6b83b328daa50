"""API tokens: listed and revoked. They are made on the console's pages: one that leaked can't make others."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BeforeValidator, Field

from cellwright.api.people import people as document
from cellwright.app.people.api_tokens import (
    LONGEST_DAYS,
    TokenRequest,
    make_token,
    revoke_token,
    visible_tokens,
)
from cellwright.console.rest.access.people import GrantBody
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.once import keep_no_answer
from cellwright.console.wire.parameters import PLAIN, Body, Text, whole_number
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import people as schemas

router = noun_router()


class TokenBody(Body):
    """A token that is wanted."""

    name: Annotated[Text, Field(min_length=1, max_length=100, description="After what uses it.")]
    days: Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=LONGEST_DAYS)]
    owner: Text = Field(default="", description="A service's id; by default you.")
    act_for: bool = False
    limits: Annotated[list[GrantBody], Field(min_length=1, max_length=20)] | None = None


@router.get("/tokens", response_model=schemas.Tokens)
def tokens(request: Request, visitor: SignedIn) -> Response:
    """List your own tokens; an admin sees all."""
    return answer(request, document.tokens(visible_tokens(services(request).session, visitor)))


@router.post("/tokens", status_code=HTTPStatus.CREATED, response_model=schemas.NewToken)
def make(request: Request, visitor: SignedIn, body: TokenBody, _key: Key = None) -> Response:
    """Make a token, in a session of the console only. Its secret is in this answer only."""
    keep_no_answer(request)
    limits = None if body.limits is None else tuple(item.grant() for item in body.limits)
    wanted = TokenRequest(
        name=body.name, days=body.days, owner=body.owner, limits=limits, act_for=body.act_for
    )
    made = make_token(services(request).session, visitor, wanted)
    return answer(request, document.made_token(made), HTTPStatus.CREATED)


@router.delete("/tokens/{token}", status_code=HTTPStatus.NO_CONTENT)
def revoke(
    request: Request,
    visitor: SignedIn,
    token: Annotated[str, Path(max_length=100, pattern=PLAIN, description="A token's id.")],
) -> Response:
    """Let a token be good no more."""
    revoke_token(services(request).session, visitor, token)
    return Response(status_code=HTTPStatus.NO_CONTENT)
