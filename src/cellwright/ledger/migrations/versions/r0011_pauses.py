"""Why a run is paused, and until when; the units of a run are counted without reading their plans."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns; a run that is paused already has no reason, and waits until somebody continues it."""
    op.add_column("queue_runs", sa.Column("paused_reason", _PLAIN))
    op.add_column("queue_runs", sa.Column("paused_until", sa.BigInteger()))
    op.create_index(
        "ix_run_units_run_outcome_state_wave_unit", "run_units", ["run", "outcome", "state", "wave", "unit"]
    )
