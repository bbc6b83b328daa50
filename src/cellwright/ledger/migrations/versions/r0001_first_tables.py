"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_GENESIS = "0" * 64

_SQLITE_GUARD = """
CREATE TRIGGER events_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
"""
_POSTGRES_REFUSAL = """
CREATE FUNCTION cellwright_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are never changed'; END $$
"""
_POSTGRES_GUARD = """
CREATE TRIGGER events_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION cellwright_refuse()
"""


def upgrade() -> None:
    """Create every table, and the guards of the audit trail."""
    _units()
    _runs()
    _leases()
    _events()
    _guards()


def _units() -> None:
    op.create_table(
        "heads",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("fingerprint", _PLAIN),
        sa.Column("failed", _PLAIN),
        sa.Column("lineage", _PLAIN),
        sa.Column("serial", sa.BigInteger),
        sa.PrimaryKeyConstraint("unit", name="pk_heads"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "units",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("source_digest", _PLAIN, nullable=False),
        sa.Column("source_label", _PLAIN, nullable=False),
        sa.Column("backend_digest", _PLAIN, nullable=False),
        sa.Column("inputs", _PLAIN, nullable=False),
        sa.Column("recipe", _PLAIN, nullable=False),
        sa.Column("terraform_version", _PLAIN, nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("fleet_commit", _PLAIN),
        sa.Column("applied_at", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_units"),
        sa.ForeignKeyConstraint(["unit"], ["heads.unit"], name="fk_units_heads", ondelete="CASCADE"),
    )
    op.create_table(
        "outputs",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("outputs", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_outputs"),
        sa.ForeignKeyConstraint(["unit"], ["heads.unit"], name="fk_outputs_heads", ondelete="CASCADE"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("status", _PLAIN, nullable=False),
        sa.Column("actor", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("started", _PLAIN, nullable=False),
        sa.Column("finished", _PLAIN),
        sa.Column("fleet_commit", _PLAIN),
        sa.Column("unit_count", sa.Integer, nullable=False),
        sa.Column("outcomes", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    _run_units()
    op.create_table(
        "approvals",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("plan_digest", _PLAIN, nullable=False),
        sa.Column("actor", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("time", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("run", "unit", "plan_digest", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["run", "unit"],
            ["run_units.run", "run_units.unit"],
            name="fk_approvals_run_units",
            ondelete="CASCADE",
        ),
    )


def _run_units() -> None:
    op.create_table(
        "run_units",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("operation", _PLAIN, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("outcome", _PLAIN),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("started", _PLAIN),
        sa.Column("finished", _PLAIN),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("resources", _PLAIN),
        sa.Column("diagnostics", _PLAIN),
        sa.Column("intent", _PLAIN),
        sa.PrimaryKeyConstraint("run", "unit", name="pk_run_units"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_units_runs", ondelete="CASCADE"),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("fencing", sa.BigInteger, nullable=False),
        sa.Column("host", _PLAIN),
        sa.Column("process_id", sa.BigInteger),
        sa.Column("process_started", _PLAIN),
        sa.Column("run", _PLAIN),
        sa.Column("expires", sa.BigInteger),
        sa.PrimaryKeyConstraint("unit", name="pk_leases"),
    )
    op.create_table(
        "bindings",
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("value", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_bindings"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("sequence", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("time", _PLAIN, nullable=False),
        sa.Column("actor", _PLAIN, nullable=False),
        sa.Column("action", _PLAIN, nullable=False),
        sa.Column("subject", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("detail", _PLAIN, nullable=False),
        sa.Column("previous", _PLAIN, nullable=False),
        sa.Column("hash", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_events"),
    )
    op.create_index("ix_events_subject_sequence", "events", ["subject", "sequence"])
    chain = op.create_table(
        "chain",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("hash", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain"),
    )
    op.bulk_insert(chain, [{"id": 1, "sequence": 0, "hash": _GENESIS}])


def _guards() -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(_POSTGRES_REFUSAL)
        op.execute(_POSTGRES_GUARD)
