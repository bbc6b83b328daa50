"""Deliveries to webhooks: queued once for each event, claimed by one process at a time, kept as a history."""

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import iso, milliseconds
from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.webhooks.hooks import load_webhook
from cellwright.ledger.webhooks.values import Attempt, ClaimedDelivery, Delivery, DeliveryState
from cellwright.model.actor import Actor
from cellwright.model.text.json_text import read_json

KEPT = timedelta(days=30)
"""How long an ended delivery stays in the history."""
_AT_ONCE = 500
"""How many events are looked at in one transaction."""
_COLUMNS = "id, webhook, event, state, made_at, due, attempts"
_PENDING = DeliveryState.PENDING.value

_ONE_HOOK = DialectSql("SELECT * FROM webhooks WHERE id = :id AND enabled = 1{lock}")
_EVENTS = text("SELECT sequence, action FROM events WHERE sequence > :seen ORDER BY sequence LIMIT :count")
_SEEN = text("UPDATE webhooks SET seen = :seen WHERE id = :id")
_QUEUE = text(
    f"INSERT INTO deliveries ({_COLUMNS})"  # noqa: S608  constants
    f" VALUES (:id, :webhook, :event, '{_PENDING}', :made_at, :due, '[]') ON CONFLICT (id) DO NOTHING"
)
# One at a time for each webhook: a receiver that answers slowly holds up nobody else's.
_FREE = (
    f"state = '{_PENDING}' AND due <= :now AND (claimed_until IS NULL OR claimed_until < :now)"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM deliveries AS others WHERE others.webhook = deliveries.webhook"
    f" AND others.state = '{_PENDING}' AND others.claimed_until >= :now)"
)
_LOCK_HOOK = DialectSql("SELECT id FROM webhooks WHERE id = :id{lock}")
_DUE = text(f"SELECT id, webhook FROM deliveries WHERE {_FREE} ORDER BY due, id LIMIT 1")  # noqa: S608  constants
_CLAIM = text(
    "UPDATE deliveries SET claim = :claim, claimed_until = :until"  # noqa: S608  constants
    f" WHERE id = :id AND {_FREE}"
)
_CLAIMED = text(f"SELECT {_COLUMNS} FROM deliveries WHERE id = :id")  # noqa: S608  constants
_HOOK = text("SELECT * FROM webhooks WHERE id = :id")
_RECORD = text(
    "UPDATE deliveries SET state = :state, due = :due, attempts = :attempts, claim = NULL,"
    " claimed_until = NULL WHERE id = :id AND claim = :claim"
)
_HISTORY = text(
    f"SELECT {_COLUMNS} FROM deliveries WHERE webhook = :webhook"  # noqa: S608  constants
    " AND (:before = '' OR made_at < :before) ORDER BY made_at DESC, id DESC LIMIT :count"
)
_FORGET = text(f"DELETE FROM deliveries WHERE state <> '{_PENDING}' AND made_at < :before")  # noqa: S608  constants


class Deliveries:
    """The deliveries of a ledger. Every method raises DiagnosticError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, webhook: str) -> int:
        """Queue the events since those that the webhook was told of; return how many it is told of."""
        with self._database.write() as connection:
            row = connection.execute(_ONE_HOOK.of(connection), {"id": webhook}).first()
            if row is None:
                return 0
            found = load_webhook(row)
            events = connection.execute(_EVENTS, {"seen": found.seen, "count": _AT_ONCE}).all()
            wanted = [event.sequence for event in events if found.wants(event.action)]
            for event in wanted:
                self._add(connection, f"{webhook}.{event}", webhook, event)
            if events:
                connection.execute(_SEEN, {"id": webhook, "seen": events[-1].sequence})
        return len(wanted)

    def queue_test(self, webhook: str, actor: Actor) -> str:
        """Queue a message that tells of nothing; return the delivery's id. Event `webhook.tested`."""
        delivery = f"{webhook}.test-{secrets.token_hex(6)}"
        with self._database.write() as connection:
            self._add(connection, delivery, webhook, 0)
            append(connection, self._database, EventDraft(actor, "webhook.tested", webhook))
        return delivery

    def claim(self, seconds: float) -> ClaimedDelivery | None:
        """Take a delivery that is due; nobody else gets it for so many seconds. None if there is none."""
        with self._database.read() as connection:  # it is asked often, and seldom is one due
            if (
                connection.execute(_DUE, {"now": milliseconds(self._database.now(connection))}).first()
                is None
            ):
                return None
        with self._database.write() as connection:
            now = milliseconds(self._database.now(connection))
            due = connection.execute(_DUE, {"now": now}).first()
            if due is None:
                return None
            # Else two processes could take two deliveries of one webhook at once.
            connection.execute(_LOCK_HOOK.of(connection), {"id": due.webhook})
            claim = secrets.token_hex(16)
            values = {"id": due.id, "claim": claim, "now": now, "until": now + int(seconds * 1000)}
            # On PostgreSQL another process may have taken it since it was read: then this changes no row.
            if connection.execute(_CLAIM, values).rowcount == 0:
                return None
            delivery = _load(connection.execute(_CLAIMED, {"id": due.id}).one())
            hook = load_webhook(connection.execute(_HOOK, {"id": delivery.webhook}).one())
        return ClaimedDelivery(delivery, hook, claim)

    def record(
        self, claimed: ClaimedDelivery, attempt: Attempt, state: DeliveryState, wait: float = 0
    ) -> bool:
        """Record an attempt, and in how many seconds it is tried again; False if the claim has passed on."""
        with self._database.write() as connection:
            now = milliseconds(self._database.now(connection))
            attempts = (*claimed.delivery.attempts, attempt)
            values = {
                "id": claimed.delivery.id,
                "claim": claimed.claim,
                "state": state.value,
                "due": now + int(wait * 1000),
                "attempts": dump([asdict(item) for item in attempts]),
            }
            return connection.execute(_RECORD, values).rowcount > 0

    def history(self, webhook: str, limit: int, before: str = "") -> tuple[Delivery, ...]:
        """The deliveries of a webhook, the newest first; only those made before a time, if one is given."""
        with self._database.read() as connection:
            values = {"webhook": webhook, "before": before, "count": limit}
            return tuple(map(_load, connection.execute(_HISTORY, values).all()))

    def forget_old(self) -> int:
        """Remove ended deliveries that are older than `KEPT`."""
        with self._database.write() as connection:
            before = iso(self._database.now(connection) - KEPT)
            return connection.execute(_FORGET, {"before": before}).rowcount

    def _add(self, connection: Connection, delivery: str, webhook: str, event: int) -> None:
        now = self._database.now(connection)
        values = {
            "id": delivery,
            "webhook": webhook,
            "event": event,
            "made_at": iso(now),
            "due": milliseconds(now),
        }
        connection.execute(_QUEUE, values)


@reads("deliveries")
def _load(row: Any) -> Delivery:  # noqa: ANN401  a row
    return Delivery(
        id=row.id,
        webhook=row.webhook,
        event=row.event,
        state=DeliveryState(row.state),
        made_at=row.made_at,
        due=row.due,
        attempts=tuple(Attempt(**item) for item in read_json(row.attempts)),
    )
