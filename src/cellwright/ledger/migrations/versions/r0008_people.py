"""People, their credentials, sessions, tokens and grants."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# Roles that may read the ledger get every new table, by the default that `ledger init --roles` has set. These
# tables are for those who may write only.
_HIDE = """
DO $$
DECLARE granted record;
BEGIN
    FOR granted IN
        SELECT c.oid::regclass AS place,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS role
        FROM pg_class c, LATERAL aclexplode(c.relacl) a
        WHERE c.relnamespace = current_schema()::regnamespace AND a.grantee <> c.relowner
            AND c.relname IN ('passwords', 'sessions', 'one_time_links', 'tokens', 'totp_secrets',
                'recovery_codes', 'sign_in_steps')
        GROUP BY 1, 2
        HAVING NOT bool_or(a.privilege_type = 'INSERT')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', granted.place, granted.role);
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Add the tables of people and of how they prove who they are."""
    _who()
    _ways_in()
    _tokens()
    _other_proofs()
    _between()
    if op.get_context().dialect.name == "postgresql":
        op.execute(_HIDE)


def _who() -> None:
    op.create_table(
        "people",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("login", _PLAIN, nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("email", _PLAIN),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.Column("created_by", _PLAIN, nullable=False),
        sa.Column("disabled_at", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_login", "people", ["login"], unique=True)
    op.create_index("ix_people_email", "people", ["email"], unique=True)
    op.create_table(
        "grants",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("role", _PLAIN, nullable=False),
        sa.Column("scope", _PLAIN, nullable=False),
        sa.Column("origin", _PLAIN, nullable=False),
        sa.Column("granted_at", _PLAIN, nullable=False),
        sa.Column("granted_by", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_grants_people", ondelete="CASCADE"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])


def _ways_in() -> None:
    op.create_table(
        "passwords",
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("hash", _PLAIN, nullable=False),
        sa.Column("changed_at", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_passwords"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_passwords_people", ondelete="CASCADE"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("method", _PLAIN, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("proved", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("address", _PLAIN, nullable=False),
        sa.Column("agent", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sessions_people", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_id", "sessions", ["id"], unique=True)
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "one_time_links",
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("purpose", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.Column("created_by", _PLAIN, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_links"),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_one_time_links_people", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_one_time_links_person", "one_time_links", ["person"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("limits", _PLAIN),
        sa.Column("act_for", sa.Integer, nullable=False),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.Column("created_by", _PLAIN, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.Column("revoked_at", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_tokens_people", ondelete="CASCADE"),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])


def _other_proofs() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("public_key", _PLAIN, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", _PLAIN, nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_passkeys_people", ondelete="CASCADE"),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person"])
    op.create_table(
        "totp_secrets",
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("secret", _PLAIN, nullable=False),
        sa.Column("created_at", _PLAIN, nullable=False),
        sa.Column("confirmed_at", _PLAIN),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_totp_secrets"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_totp_secrets_people", ondelete="CASCADE"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("digest", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("person", "digest", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_recovery_codes_people", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", _PLAIN, nullable=False),
        sa.Column("subject", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN, nullable=False),
        sa.Column("linked_at", _PLAIN, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_identities_people", ondelete="CASCADE"),
    )
    op.create_index("ix_identities_person", "identities", ["person"])


def _between() -> None:
    op.create_table(
        "sign_in_steps",
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("person", _PLAIN),
        sa.Column("content", _PLAIN, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_steps"),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_sign_in_steps_people", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "attempts",
        sa.Column("subject", _PLAIN, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_attempts"),
    )
