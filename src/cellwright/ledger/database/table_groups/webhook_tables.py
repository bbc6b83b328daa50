"""The ledger's tables of webhooks, and of requests that are known by a key."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("name", PLAIN, nullable=False),
    Column("url", PLAIN, nullable=False),
    # How a message is written: for programs, for Slack, for Teams.
    Column("form", PLAIN, nullable=False),
    # A JSON list of patterns of actions; an empty one means all.
    Column("actions", PLAIN, nullable=False),
    # Encrypted with the fleet's key, which the ledger does not hold.
    Column("secret", PLAIN, nullable=False),
    Column("enabled", Integer, nullable=False),
    # The last event that was looked at for it.
    Column("seen", BigInteger, nullable=False),
    Column("created_by", PLAIN, nullable=False),
    Column("created_at", PLAIN, nullable=False),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    # WEBHOOK.EVENT, so that no event is queued twice for one webhook.
    Column("id", PLAIN, primary_key=True),
    Column("webhook", PLAIN, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    # 0 is a test, which has no event.
    Column("event", BigInteger, nullable=False),
    Column("state", PLAIN, nullable=False),
    Column("made_at", PLAIN, nullable=False),
    # Milliseconds since 1970: not before.
    Column("due", BigInteger, nullable=False),
    # Who is sending it, and until when nobody else may.
    Column("claim", PLAIN),
    Column("claimed_until", BigInteger),
    Column("attempts", PLAIN, nullable=False),
    Index(None, "state", "due"),
    Index(None, "webhook", "made_at"),
)

REQUEST_KEYS = Table(
    "request_keys",
    METADATA,
    # Keys of two people are never the same request.
    Column("who", PLAIN, primary_key=True),
    Column("key", PLAIN, primary_key=True),
    # A digest of the request, so that another one under the same key is refused.
    Column("request", PLAIN, nullable=False),
    Column("made", BigInteger, nullable=False),
    # Null while the request is being answered.
    Column("status", Integer),
    Column("answer", PLAIN),
)
