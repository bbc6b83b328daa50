"""The progress of runs, for whoever watches from another process."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add nothing yet."""
