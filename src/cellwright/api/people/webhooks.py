"""Webhooks and their deliveries as JSON; a webhook's secret is given once, when it is made."""

from collections.abc import Iterable

from cellwright.app.webhooks.manage import DeliveryPage, NewWebhook
from cellwright.ledger.webhooks.values import Delivery, Webhook
from cellwright.model.value import Json


def webhooks(found: Iterable[Webhook]) -> Json:
    """Every webhook, the oldest first."""
    return {"webhooks": [webhook(item) for item in found]}


def webhook(item: Webhook) -> Json:
    """One webhook."""
    return {
        "id": item.id,
        "name": item.name,
        "url": item.url,
        "form": item.form.value,
        "actions": list(item.actions),
        "enabled": item.enabled,
        "created_by": item.created_by,
        "created_at": item.created_at,
    }


def created(found: NewWebhook) -> Json:
    """A new webhook with its secret."""
    return {"webhook": webhook(found.webhook), "secret": found.secret}


def deliveries(found: DeliveryPage) -> Json:
    """Deliveries, newest first; `next` is null on the last page."""
    return {"deliveries": [_delivery(item) for item in found.deliveries], "next": found.next}


def _delivery(item: Delivery) -> Json:
    return {
        "id": item.id,
        "event": item.event or None,
        "state": item.state.value,
        "made_at": item.made_at,
        "attempts": [
            {
                "time": attempt.time,
                "status": attempt.status,
                "fault": attempt.fault or None,
                "milliseconds": attempt.milliseconds,
            }
            for attempt in item.attempts
        ],
    }
