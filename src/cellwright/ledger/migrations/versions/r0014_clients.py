"""Clients: their states, legal holds, and offboardings with what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    _clients()
    _legal_holds()
    _offboardings()
    _offboarding_approvals()
    _offboarding_units()
    _offboarding_resources()


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("since", _PLAIN, nullable=False),
        sa.Column("moved_by", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("cell", name="pk_clients"),
    )
    op.create_index("ix_clients_state", "clients", ["state"])


def _legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("laid_by", _PLAIN, nullable=False),
        sa.Column("laid_at", _PLAIN, nullable=False),
        sa.Column("lifted_by", _PLAIN),
        sa.Column("lifted_at", _PLAIN),
        sa.Column("lift_reason", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_legal_holds"),
    )
    op.create_index("ix_legal_holds_cell_lifted_at", "legal_holds", ["cell", "lifted_at"])


def _offboardings() -> None:
    op.create_table(
        "offboardings",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("held", _PLAIN),
        sa.Column("phase", _PLAIN, nullable=False),
        sa.Column("phase_since", _PLAIN, nullable=False),
        sa.Column("requested_by", _PLAIN, nullable=False),
        sa.Column("requested_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("back_to", _PLAIN, nullable=False),
        sa.Column("task", _PLAIN, nullable=False),
        sa.Column("hold_seconds", sa.BigInteger(), nullable=False),
        sa.Column("hold_until", sa.BigInteger()),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("plan_run", _PLAIN, nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("export", _PLAIN),
        sa.Column("why", _PLAIN, nullable=False),
        sa.Column("archived_to", _PLAIN, nullable=False),
        sa.Column("ended_by", _PLAIN),
        sa.Column("ended_at", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_offboardings"),
    )
    op.create_index("ix_offboardings_held", "offboardings", ["held"], unique=True)
    op.create_index("ix_offboardings_cell_requested_at", "offboardings", ["cell", "requested_at"])


def _offboarding_approvals() -> None:
    op.create_table(
        "offboarding_approvals",
        sa.Column("offboarding", _PLAIN, nullable=False),
        sa.Column("approved_by", _PLAIN, nullable=False),
        sa.Column("approved_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("identity", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["offboarding"],
            ["offboardings.id"],
            name="fk_offboarding_approvals_offboardings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offboarding", "approved_by", name="pk_offboarding_approvals"),
    )


def _offboarding_units() -> None:
    op.create_table(
        "offboarding_units",
        sa.Column("offboarding", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("record", _PLAIN, nullable=False),
        sa.Column("state_place", _PLAIN, nullable=False),
        sa.Column("state_digest", _PLAIN, nullable=False),
        sa.Column("archived_as", _PLAIN, nullable=False),
        sa.Column("state_after", _PLAIN, nullable=False),
        sa.Column("looked_at", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["offboarding"], ["offboardings.id"], name="fk_offboarding_units_offboardings", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offboarding", "unit", name="pk_offboarding_units"),
    )


def _offboarding_resources() -> None:
    op.create_table(
        "offboarding_resources",
        sa.Column("offboarding", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("address", _PLAIN, nullable=False),
        sa.Column("type", _PLAIN, nullable=False),
        sa.Column("provider", _PLAIN, nullable=False),
        sa.Column("provider_id", _PLAIN, nullable=False),
        sa.Column("facts", _PLAIN, nullable=False),
        sa.Column("finding", _PLAIN, nullable=False),
        sa.Column("detail", _PLAIN, nullable=False),
        sa.Column("looked_at", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["offboarding"],
            ["offboardings.id"],
            name="fk_offboarding_resources_offboardings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offboarding", "unit", "address", name="pk_offboarding_resources"),
    )
