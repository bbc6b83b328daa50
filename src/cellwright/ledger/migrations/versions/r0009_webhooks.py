"""Webhooks and what became of each delivery."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""
