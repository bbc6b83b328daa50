"""Webhooks: other systems are told of events."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.people import webhooks as document
from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks import manage
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.once import keep_no_answer
from cellwright.console.wire.parameters import PLAIN, Body, Cursor, Limit, Text
from cellwright.console.wire.problems import absent_if_refused
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import runs as schemas
from cellwright.ledger.webhooks.values import MessageForm, Webhook
from cellwright.model.diagnostic import DiagnosticError

router = noun_router()

WebhookId = Annotated[str, Path(max_length=100, pattern=PLAIN, description="A webhook's id.")]


class WebhookBody(Body):
    """A webhook that is wanted."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    url: Annotated[str, Field(max_length=2_000, description="https://host/path, in no private network.")]
    form: Annotated[MessageForm, Field(strict=False)] = MessageForm.STANDARD
    actions: list[Annotated[str, Field(max_length=100)]] = Field(
        default=[], max_length=50, description="Patterns of actions: run.*, client.*; none means all."
    )


class EnabledBody(Body):
    """Whether a webhook is told of events."""

    enabled: bool


@router.get("/webhooks", response_model=schemas.Webhooks)
def webhooks(request: Request, visitor: SignedIn) -> Response:
    """List the webhooks."""
    visitor.demand(Permission.ADMINISTER)
    return answer(request, document.webhooks(manage.webhooks(services(request).session)))


@router.post("/webhooks", status_code=HTTPStatus.CREATED, response_model=schemas.NewWebhook)
def create(request: Request, visitor: SignedIn, body: WebhookBody, _key: Key = None) -> Response:
    """Make a webhook. Its secret, with which receivers check signatures, is in this answer only."""
    visitor.demand(Permission.ADMINISTER)
    keep_no_answer(request)
    wanted = manage.WebhookRequest(name=body.name, url=body.url, form=body.form, actions=tuple(body.actions))
    made = manage.create_webhook(services(request).fleet(), visitor.actor, wanted)
    where = f"/api/v1/webhooks/{made.webhook.id}"
    return answer(request, document.created(made), HTTPStatus.CREATED, Location=where)


@router.get("/webhooks/{webhook}", response_model=schemas.WebhookPart)
def webhook(request: Request, visitor: SignedIn, webhook: WebhookId) -> Response:
    """Give one webhook."""
    visitor.demand(Permission.ADMINISTER)
    return answer(request, document.webhook(_found(services(request).session, webhook)))


@router.patch("/webhooks/{webhook}", response_model=schemas.WebhookPart)
def enable(request: Request, visitor: SignedIn, webhook: WebhookId, body: EnabledBody) -> Response:
    """Switch a webhook on or off; what happens while it is off is not sent later."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    _found(session, webhook)
    changed = manage.enable_webhook(session, visitor.actor, webhook, enabled=body.enabled)
    return answer(request, document.webhook(changed))


@router.delete("/webhooks/{webhook}", status_code=HTTPStatus.NO_CONTENT)
def remove(request: Request, visitor: SignedIn, webhook: WebhookId) -> Response:
    """Remove a webhook with its history."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    _found(session, webhook)
    manage.remove_webhook(session, visitor.actor, webhook)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/webhooks/{webhook}/test", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Tested)
def send_test(request: Request, visitor: SignedIn, webhook: WebhookId, _key: Key = None) -> Response:
    """Queue a message that tells of nothing; the deliveries say what becomes of it."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    _found(session, webhook)
    delivery = manage.send_test(session, visitor.actor, webhook)
    return answer(request, {"delivery": delivery}, HTTPStatus.ACCEPTED)


@router.get("/webhooks/{webhook}/deliveries", response_model=schemas.Deliveries)
def deliveries(
    request: Request, visitor: SignedIn, webhook: WebhookId, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """List what was sent to a webhook and is to be sent, the newest first."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    _found(session, webhook)
    found = manage.deliveries(session, webhook, limit, cursor or "")
    return page(request, document.deliveries(found), found.next)


def _found(session: FleetSession, webhook: str) -> Webhook:
    try:
        return manage.find_webhook(session, webhook)
    except DiagnosticError as fault:
        raise absent_if_refused(fault) from None
