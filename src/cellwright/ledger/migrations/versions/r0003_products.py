"""Which product last ran a unit, besides its version."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; of units applied until now the product is not known."""
    op.add_column("units", sa.Column("product", _PLAIN))
