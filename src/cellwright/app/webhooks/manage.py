"""Webhooks are listed, made, tested and removed; each delivery has a history."""

import secrets
from dataclasses import dataclass, replace

from cellwright.access.names import name_fault
from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks.signing import Confidential, new_secret, seal, shown_address
from cellwright.ledger.key import load_key
from cellwright.ledger.webhooks.values import Delivery, MessageForm, Webhook
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.web.outgoing import Outgoing, OutgoingError

MOST = 100
"""Webhooks of a fleet."""
_LONGEST_NAME = 100
_MOST_PATTERNS = 50
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz_.*?-")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A webhook that is wanted."""

    name: str
    url: str
    form: MessageForm = MessageForm.STANDARD
    actions: tuple[str, ...] = ()
    """Patterns of actions, such as `run.*`; none takes every event."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook, and what its messages are signed with: shown once."""

    webhook: Webhook
    secret: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries, newest first; and where older ones go on."""

    deliveries: tuple[Delivery, ...]
    next: str | None = None


def outgoing_of(session: FleetSession) -> Outgoing:
    """Give what fleet.yaml lets webhooks reach."""
    return Outgoing(session.webhook_hosts())


def webhooks(session: FleetSession) -> tuple[Webhook, ...]:
    """List the webhooks, the oldest first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return session.ledger().webhooks.all()


def find_webhook(session: FleetSession, webhook: str) -> Webhook:
    """Give one webhook.

    Raises:
        DiagnosticError: there is no such webhook.
    """
    found = session.ledger().webhooks.find(webhook)
    if found is None:
        raise DiagnosticError(error(f"there is no webhook '{webhook}'", "look at the list of webhooks"))
    return found


def create_webhook(session: FleetSession, actor: Actor, request: WebhookRequest) -> NewWebhook:
    """Add a webhook; it is told of what happens from now on.

    Raises:
        DiagnosticError: its name, address or patterns can't be used; the findings name all of these.
    """
    _refuse_wrong(session, request)
    ledger = session.ledger(writing=True)
    if len(ledger.webhooks.all()) >= MOST:
        raise DiagnosticError(error(f"there are {MOST} webhooks already", "remove one that nobody needs"))
    identity, secret = f"wh_{secrets.token_hex(8)}", new_secret()
    draft = Webhook(
        id=identity,
        name=request.name.strip(),
        url=shown_address(request.url),
        form=request.form,
        actions=request.actions,
        secret=seal(
            Confidential(secret, request.url), identity, load_key(session.home.folder, session.environment)
        ),
        enabled=True,
        seen=0,
        created_by=actor.name,
        created_at="",
    )
    return NewWebhook(ledger.webhooks.add(draft, actor), secret)


def enable_webhook(session: FleetSession, actor: Actor, webhook: str, *, enabled: bool) -> Webhook:
    """Switch a webhook on or off; what happens while it is off is not sent later.

    Raises:
        DiagnosticError: there is no such webhook.
    """
    found = find_webhook(session, webhook)
    session.ledger(writing=True).webhooks.enable(webhook, actor, enabled=enabled)
    return replace(found, enabled=enabled)


def remove_webhook(session: FleetSession, actor: Actor, webhook: str) -> None:
    """Remove a webhook with its history.

    Raises:
        DiagnosticError: there is no such webhook.
    """
    find_webhook(session, webhook)
    session.ledger(writing=True).webhooks.remove(webhook, actor)


def send_test(session: FleetSession, actor: Actor, webhook: str) -> str:
    """Queue a message that tells of nothing; return the id of its delivery.

    Raises:
        DiagnosticError: there is no such webhook, or it is switched off.
    """
    if not find_webhook(session, webhook).enabled:
        raise DiagnosticError(error(f"webhook {webhook} is switched off", "switch it on first"))
    return session.ledger(writing=True).deliveries.queue_test(webhook, actor)


def deliveries(session: FleetSession, webhook: str, limit: int = 50, before: str = "") -> DeliveryPage:
    """List what was sent to a webhook, and is to be sent, the newest first.

    Raises:
        DiagnosticError: there is no such webhook.
    """
    find_webhook(session, webhook)
    found = session.ledger().deliveries.history(webhook, limit + 1, before)
    return DeliveryPage(found[:limit], found[limit - 1].made_at if len(found) > limit else None)


def _refuse_wrong(session: FleetSession, request: WebhookRequest) -> None:
    found = []
    name = request.name.strip()
    if fault := name_fault(name):
        found.append(error(fault, "name the webhook after who is told"))
    try:
        outgoing_of(session).check(request.url)
    except OutgoingError as fault:
        found.append(error("the url can't be used", str(fault)))
    wrong = [
        item for item in request.actions if not item or len(item) > _LONGEST_NAME or set(item) - _ALLOWED
    ]
    if wrong or len(request.actions) > _MOST_PATTERNS:
        found.append(
            error("the actions can't be used", "write patterns such as run.*, client.*, unit.failed")
        )
    if found:
        raise DiagnosticError(*found)
