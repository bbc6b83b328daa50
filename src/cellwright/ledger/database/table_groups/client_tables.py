"""The ledger's tables of clients: their states, legal holds, and offboardings with what became of them.

Times that a person reads are ISO 8601; those that are compared are milliseconds since 1970.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

CLIENTS = Table(
    "clients",
    METADATA,
    Column("cell", PLAIN, primary_key=True),
    Column("state", PLAIN, nullable=False),
    Column("since", PLAIN, nullable=False),
    Column("moved_by", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    # The run that brings it up, destroys it, or applies its suspension; empty: none.
    Column("run", PLAIN, nullable=False),
    Index(None, "state"),
)

LEGAL_HOLDS = Table(
    "legal_holds",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("cell", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    Column("laid_by", PLAIN, nullable=False),
    Column("laid_at", PLAIN, nullable=False),
    # Null while it holds.
    Column("lifted_by", PLAIN),
    Column("lifted_at", PLAIN),
    Column("lift_reason", PLAIN),
    Index(None, "cell", "lifted_at"),
)

OFFBOARDINGS = Table(
    "offboardings",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("cell", PLAIN, nullable=False),
    # The cell again while it is open: no two may have the same.
    Column("held", PLAIN),
    Column("phase", PLAIN, nullable=False),
    Column("phase_since", PLAIN, nullable=False),
    Column("requested_by", PLAIN, nullable=False),
    Column("requested_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    # The state that the client was in, and is in again if it is cancelled.
    Column("back_to", PLAIN, nullable=False),
    # For whom, and how its runs are carried out.
    Column("task", PLAIN, nullable=False),
    Column("hold_seconds", BigInteger, nullable=False),
    # Milliseconds; null until the plans have been judged.
    Column("hold_until", BigInteger),
    Column("approvals_needed", Integer, nullable=False),
    # Runs; empty before there is one.
    Column("plan_run", PLAIN, nullable=False),
    Column("run", PLAIN, nullable=False),
    # What the export has put out, as JSON; null: none was made.
    Column("export", PLAIN),
    # Why it does not go on; empty where nothing is wrong.
    Column("why", PLAIN, nullable=False),
    # Where the client's files lie now, relative to the fleet's root; empty before.
    Column("archived_to", PLAIN, nullable=False),
    Column("ended_by", PLAIN),
    Column("ended_at", PLAIN),
    Index(None, "held", unique=True),
    Index(None, "cell", "requested_at"),
)

OFFBOARDING_APPROVALS = Table(
    "offboarding_approvals",
    METADATA,
    Column("offboarding", PLAIN, ForeignKey("offboardings.id", ondelete="CASCADE"), primary_key=True),
    Column("approved_by", PLAIN, primary_key=True),
    Column("approved_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    # What vouches for them, as JSON.
    Column("identity", PLAIN, nullable=False),
)

OFFBOARDING_UNITS = Table(
    "offboarding_units",
    METADATA,
    Column("offboarding", PLAIN, ForeignKey("offboardings.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    # What was recorded of the unit before it was destroyed: with it, it can be looked for once more.
    Column("record", PLAIN, nullable=False),
    Column("state_place", PLAIN, nullable=False),
    # SHA-256 of the state from before, and the name under which it was archived, sealed; empty: it was not.
    Column("state_digest", PLAIN, nullable=False),
    Column("archived_as", PLAIN, nullable=False),
    # `empty`, `gone`, or what is left in it; empty before anybody has looked.
    Column("state_after", PLAIN, nullable=False),
    Column("looked_at", PLAIN, nullable=False),
)

OFFBOARDING_RESOURCES = Table(
    "offboarding_resources",
    METADATA,
    Column("offboarding", PLAIN, ForeignKey("offboardings.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    Column("address", PLAIN, primary_key=True),
    Column("type", PLAIN, nullable=False),
    Column("provider", PLAIN, nullable=False),
    # As the provider names it; empty if it has no id.
    Column("provider_id", PLAIN, nullable=False),
    # What is not sensitive and says where it was and how it was kept: region, ARN, keys. JSON.
    Column("facts", PLAIN, nullable=False),
    # `unread`, `gone`, `standing`, `unknown`.
    Column("finding", PLAIN, nullable=False),
    Column("detail", PLAIN, nullable=False),
    Column("looked_at", PLAIN, nullable=False),
)
