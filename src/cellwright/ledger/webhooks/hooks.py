"""The webhooks of a ledger: made, changed, removed, each with its event."""

from collections.abc import Sequence
from typing import Any

from cellwright.ledger.audit import EventDraft, append, newest_point
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.webhooks.values import MessageForm, Webhook
from cellwright.model.actor import Actor
from cellwright.model.text.json_text import read_json

HOOK_COLUMNS = "id, name, url, form, actions, secret, enabled, seen, created_by, created_at"

_ALL = text(f"SELECT {HOOK_COLUMNS} FROM webhooks ORDER BY created_at, id")  # noqa: S608  constants
_ONE = text(f"SELECT {HOOK_COLUMNS} FROM webhooks WHERE id = :id")  # noqa: S608  constants
_ADD = DialectSql(
    f"INSERT INTO webhooks ({HOOK_COLUMNS}) VALUES"  # noqa: S608  constants
    " (:id, :name, :url, :form, :actions, :secret, 1, :seen, :created_by, {now})"
)
_ENABLE = text("UPDATE webhooks SET enabled = :enabled, seen = :seen WHERE id = :id AND enabled <> :enabled")
_REMOVE = text("DELETE FROM webhooks WHERE id = :id")


class Webhooks:
    """The webhooks of a ledger. Every method raises DiagnosticError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        with self._database.read() as connection:
            return tuple(map(load_webhook, connection.execute(_ALL).all()))

    def find(self, webhook: str) -> Webhook | None:
        """The webhook with this id; None if there is none."""
        with self._database.read() as connection:
            return _find(connection, webhook)

    def add(self, webhook: Webhook, actor: Actor) -> Webhook:
        """Add one, which is told of events from now on. Event `webhook.created`."""
        with self._database.write() as connection:
            # First, so that it is not told of its own making.
            detail = {"name": webhook.name, "form": webhook.form.value, "actions": list(webhook.actions)}
            append(connection, self._database, EventDraft(actor, "webhook.created", webhook.id, "", detail))
            values = {
                "id": webhook.id,
                "name": plain_text(webhook.name),
                "url": plain_text(webhook.url),
                "form": webhook.form.value,
                "actions": dump(list(webhook.actions)),
                "secret": webhook.secret,
                "seen": newest_point(connection).sequence,
                "created_by": plain_text(actor.name),
                **time_parameters(self._database.own_time()),
            }
            connection.execute(_ADD.of(connection), values)
            added = _find(connection, webhook.id)
        return added or webhook

    def enable(self, webhook: str, actor: Actor | str, reason: str = "", *, enabled: bool) -> bool:
        """Switch one on or off; what happened meanwhile is not sent. Tells whether anything changed.

        Event `webhook.enabled` or `webhook.disabled`.
        """
        with self._database.write() as connection:
            seen = newest_point(connection).sequence
            values = {"id": webhook, "enabled": int(enabled), "seen": seen}
            changed = connection.execute(_ENABLE, values).rowcount > 0
            if changed:
                action = "webhook.enabled" if enabled else "webhook.disabled"
                append(connection, self._database, EventDraft(actor, action, webhook, reason))
        return changed

    def remove(self, webhook: str, actor: Actor) -> bool:
        """Remove one with its history; False if there is none. Event `webhook.removed`."""
        with self._database.write() as connection:
            found = _find(connection, webhook)
            if found is None:
                return False
            connection.execute(_REMOVE, {"id": webhook})
            draft = EventDraft(actor, "webhook.removed", webhook, "", {"name": found.name})
            append(connection, self._database, draft)
        return True


@reads("webhooks")
def load_webhook(row: Any) -> Webhook:  # noqa: ANN401  a row
    """Read a row with `HOOK_COLUMNS`."""
    actions: Sequence[str] = read_json(row.actions)
    return Webhook(
        id=row.id,
        name=row.name,
        url=row.url,
        form=MessageForm(row.form),
        actions=tuple(map(str, actions)),
        secret=row.secret,
        enabled=bool(row.enabled),
        seen=row.seen,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _find(connection: Connection, webhook: str) -> Webhook | None:
    row = connection.execute(_ONE, {"id": webhook}).first()
    return None if row is None else load_webhook(row)
