"""What a webhook is told of an event: as JSON for programs, or as a message for Slack or Teams."""

from collections.abc import Callable, Mapping

from cellwright.ledger.webhooks.values import MessageForm
from cellwright.model.runs.event import Event
from cellwright.model.text.json_text import COMPACT
from cellwright.model.value import Json

Document = Callable[[Event], Json]
"""The event as `/api/v1/events` shows it."""

TEST_ACTION = "webhook.tested"
_LONGEST = 500
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"})
_RUN = "run."


def write_message(event: Event, form: MessageForm, document: Document, address: str = "") -> bytes:
    """Write the message; `address` is where people reach the console."""
    writers: Mapping[MessageForm, Callable[[], Json]] = {
        MessageForm.STANDARD: lambda: {
            "type": event.action,
            "timestamp": event.time,
            "data": document(event),
        },
        MessageForm.SLACK: lambda: _slack(event, _link(event, address)),
        MessageForm.TEAMS: lambda: _teams(event, _link(event, address)),
    }
    return COMPACT.write(writers[form]()).encode()


def _link(event: Event, address: str) -> str:
    if not address:
        return ""
    return f"{address}/runs/{event.subject}" if event.action.startswith(_RUN) else f"{address}/events"


def _slack(event: Event, link: str) -> Json:
    subject = _cut(event.subject).translate(_SLACK)
    title = f"*{event.action.translate(_SLACK)}* " + (f"<{link}|{subject}>" if link else subject)
    by = f"by {_cut(event.actor).translate(_SLACK)}"
    reason = f"\n{_cut(event.reason).translate(_SLACK)}" if event.reason else ""
    return {
        "text": f"{event.action} {subject} {by}",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"{title}\n{by}{reason}"}}],
    }


def _teams(event: Event, link: str) -> Json:
    facts: list[Json] = [
        {"title": title, "value": _cut(value)}
        for title, value in (
            ("Subject", event.subject),
            ("By", event.actor),
            ("Reason", event.reason),
            ("Time", event.time),
        )
        if value
    ]
    card: dict[str, Json] = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": event.action, "weight": "Bolder", "size": "Medium", "wrap": True},
            {"type": "FactSet", "facts": facts},
        ],
    }
    if link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open in Cellwright", "url": link}]
    attachment: Json = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
