"""People, their credentials, sessions, tokens and grants."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""
