"""Webhooks, what became of each delivery, and answers kept for requests that are repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "webhooks",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("url", _PLAIN, nullable=False),
        sa.Column("form", _PLAIN, nullable=False),
        sa.Column("actions", _PLAIN, nullable=False),
        sa.Column("secret", _PLAIN, nullable=False),
        sa.Column("enabled", sa.Integer, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("created_by", _PLAIN, nullable=False),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("webhook", _PLAIN, nullable=False),
        sa.Column("event", sa.BigInteger, nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("made_at", _PLAIN, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("claim", _PLAIN),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("attempts", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.id"], ondelete="CASCADE", name="fk_deliveries_webhooks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_state_due", "deliveries", ["state", "due"])
    op.create_index("ix_deliveries_webhook_made_at", "deliveries", ["webhook", "made_at"])
    op.create_table(
        "request_keys",
        sa.Column("who", _PLAIN, nullable=False),
        sa.Column("key", _PLAIN, nullable=False),
        sa.Column("request", _PLAIN, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", _PLAIN),
        sa.PrimaryKeyConstraint("who", "key", name="pk_request_keys"),
    )
