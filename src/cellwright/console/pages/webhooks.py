"""Webhooks: made, tested, switched off, and what became of each delivery."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.webhooks import manage
from cellwright.app.webhooks.signing import shown_address
from cellwright.console.navigation import Entry
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.webhooks.values import DeliveryState, MessageForm
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

router = APIRouter()
PATH = "/webhooks"
NAVIGATION = Entry(
    "Webhooks", PATH, order=220, group="Access", icon="webhook", permission=Permission.ADMINISTER
)
FORMS = {
    MessageForm.STANDARD: "a program: JSON, signed as Standard Webhooks says",
    MessageForm.SLACK: "Slack",
    MessageForm.TEAMS: "Microsoft Teams",
}
TONES = {DeliveryState.DELIVERED: "good", DeliveryState.PENDING: "wait", DeliveryState.FAILED: "bad"}
_LONGEST = 2_000


class WebhookForm(BaseModel):
    """A new webhook, as a browser sends it."""

    name: Annotated[str, Field(max_length=_LONGEST)] = ""
    url: Annotated[str, Field(max_length=_LONGEST * 2)] = ""
    form: MessageForm = MessageForm.STANDARD
    actions: Annotated[str, Field(max_length=10_000)] = ""


class EnableForm(BaseModel):
    """Whether a webhook is told of events."""

    enabled: bool


@router.get(PATH)
def show(request: Request, visitor: SignedIn) -> Response:
    """List the webhooks."""
    return _page(request, visitor, HTTPStatus.OK, WebhookForm())


@router.post(PATH)
def make(request: Request, visitor: SignedIn, form: Annotated[WebhookForm, Form()]) -> Response:
    """Make a webhook, and show its secret this once."""
    visitor.demand(Permission.ADMINISTER)
    wanted = manage.WebhookRequest(
        name=form.name, url=form.url.strip(), form=form.form, actions=tuple(form.actions.split())
    )
    try:
        made = manage.create_webhook(services(request).fleet(), visitor.actor, wanted)
    except DiagnosticError as fault:
        again = form if _is_told(form.url) else form.model_copy(update={"url": ""})
        return _page(request, visitor, HTTPStatus.UNPROCESSABLE_ENTITY, again, fault.diagnostics)
    return render(request, "access/webhook_made.html", webhook=made.webhook, secret=made.secret)


@router.get(f"{PATH}/{{webhook}}")
def one(request: Request, visitor: SignedIn, webhook: str, before: str = "") -> Response:
    """Show a webhook and its deliveries."""
    visitor.demand(Permission.ADMINISTER)
    session = services(request).session
    found = manage.find_webhook(session, webhook)
    deliveries = manage.deliveries(session, webhook, before=before)
    return render(
        request,
        "access/webhook.html",
        webhook=found,
        told=FORMS[found.form],
        deliveries=deliveries,
        tones=TONES,
        before=before,
    )


@router.post(f"{PATH}/{{webhook}}/test")
def send_test(request: Request, visitor: SignedIn, webhook: str) -> Response:
    """Queue a message that tells of nothing."""
    visitor.demand(Permission.ADMINISTER)
    manage.send_test(services(request).session, visitor.actor, webhook)
    return RedirectResponse(f"{PATH}/{webhook}", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/{{webhook}}/enabled")
def enable(
    request: Request, visitor: SignedIn, webhook: str, form: Annotated[EnableForm, Form()]
) -> Response:
    """Switch a webhook on or off."""
    visitor.demand(Permission.ADMINISTER)
    manage.enable_webhook(services(request).session, visitor.actor, webhook, enabled=form.enabled)
    return RedirectResponse(f"{PATH}/{webhook}", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/{{webhook}}/remove")
def remove(request: Request, visitor: SignedIn, webhook: str) -> Response:
    """Remove a webhook with its history."""
    visitor.demand(Permission.ADMINISTER)
    manage.remove_webhook(services(request).session, visitor.actor, webhook)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _is_told(url: str) -> bool:
    """Tell whether an address may come back in a page: whoever knows all of a secret one can send there."""
    try:
        return "@" not in url and shown_address(url) == url
    except ValueError:
        return False


def _page(
    request: Request,
    visitor: Visitor,
    status: HTTPStatus,
    form: WebhookForm,
    diagnostics: Sequence[Diagnostic] = (),
) -> Response:
    visitor.demand(Permission.ADMINISTER)
    return render(
        request,
        "access/webhooks.html",
        status,
        webhooks=manage.webhooks(services(request).session),
        forms=FORMS,
        typed=form,
        diagnostics=diagnostics,
    )
