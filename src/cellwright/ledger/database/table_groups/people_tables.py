"""The ledger's tables of people, of how they prove who they are, and of what they may do.

Ids are random and never used again; nobody is removed, as events name them. What ends at some time has that
time in milliseconds (`clock`), which both databases compare alike. Secrets are kept as digests only.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    # What is typed to sign in: lower-case ASCII.
    Column("login", PLAIN, nullable=False),
    Column("name", PLAIN, nullable=False),
    Column("email", PLAIN),
    # `person`, or `service`, which can't sign in and has tokens only.
    Column("kind", PLAIN, nullable=False),
    Column("created_at", PLAIN, nullable=False),
    Column("created_by", PLAIN, nullable=False),
    # Null while they may sign in.
    Column("disabled_at", PLAIN),
    Index(None, "login", unique=True),
    Index(None, "email", unique=True),
)

PASSWORDS = Table(
    "passwords",
    METADATA,
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    # As `access.passwords` makes it: it names its own algorithm.
    Column("hash", PLAIN, nullable=False),
    Column("changed_at", PLAIN, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", PLAIN, primary_key=True),
    # What a list of sessions names it by; no secret.
    Column("id", PLAIN, nullable=False),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    # `password`, `password+totp`, `passkey`, `oidc`.
    Column("method", PLAIN, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    # When the person last proved who they are.
    Column("proved", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("address", PLAIN, nullable=False),
    Column("agent", PLAIN, nullable=False),
    Index(None, "id", unique=True),
    Index(None, "person"),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("role", PLAIN, nullable=False),
    # JSON: levels, cells, tags.
    Column("scope", PLAIN, nullable=False),
    # `granted`, `group` (of an identity provider) or `break-glass`.
    Column("origin", PLAIN, nullable=False),
    Column("granted_at", PLAIN, nullable=False),
    Column("granted_by", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    Column("expires", BigInteger),
    Index(None, "person"),
)

ONE_TIME_LINKS = Table(
    "one_time_links",
    METADATA,
    Column("digest", PLAIN, primary_key=True),
    # `first-admin`, `invitation`, `reset`.
    Column("purpose", PLAIN, nullable=False),
    # Null for the first admin, who gives their name when they follow the link.
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE")),
    Column("created_at", PLAIN, nullable=False),
    Column("created_by", PLAIN, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index(None, "person"),
)

TOKENS = Table(
    "tokens",
    METADATA,
    # The part of the token that may be shown.
    Column("id", PLAIN, primary_key=True),
    Column("digest", PLAIN, nullable=False),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("name", PLAIN, nullable=False),
    # JSON: grants beyond which the token does not go; null leaves it what its owner has.
    Column("limits", PLAIN),
    # 1: whoever uses it may name the person that it acts for.
    Column("act_for", Integer, nullable=False),
    Column("created_at", PLAIN, nullable=False),
    Column("created_by", PLAIN, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("revoked_at", PLAIN),
    Index(None, "person"),
)

PASSKEYS = Table(
    "passkeys",
    METADATA,
    # Of the credential, in base64url without padding, as is the key.
    Column("id", PLAIN, primary_key=True),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("public_key", PLAIN, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    # JSON: a list of names.
    Column("transports", PLAIN, nullable=False),
    Column("name", PLAIN, nullable=False),
    Column("created_at", PLAIN, nullable=False),
    Column("used", BigInteger),
    Index(None, "person"),
)

TOTP_SECRETS = Table(
    "totp_secrets",
    METADATA,
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    # Encrypted with the fleet's key.
    Column("secret", PLAIN, nullable=False),
    Column("created_at", PLAIN, nullable=False),
    # Null until a first code was given.
    Column("confirmed_at", PLAIN),
    # The time step of the last code that was taken: none is taken twice.
    Column("last_step", BigInteger, nullable=False),
)

RECOVERY_CODES = Table(
    "recovery_codes",
    METADATA,
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", PLAIN, primary_key=True),
)

IDENTITIES = Table(
    "identities",
    METADATA,
    # Of an OpenID Connect provider.
    Column("issuer", PLAIN, primary_key=True),
    Column("subject", PLAIN, primary_key=True),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("linked_at", PLAIN, nullable=False),
    Column("used", BigInteger),
    Index(None, "person"),
)

SIGN_IN_STEPS = Table(
    "sign_in_steps",
    METADATA,
    # Of a random value that the browser keeps between two steps of a sign-in.
    Column("digest", PLAIN, primary_key=True),
    # `oidc`, `oidc-sign-out`, `passkey`, `passkey-registration`, `second-factor`.
    Column("kind", PLAIN, nullable=False),
    Column("person", PLAIN, ForeignKey("people.id", ondelete="CASCADE")),
    # JSON: state, nonce, verifier, challenge.
    Column("content", PLAIN, nullable=False),
    Column("expires", BigInteger, nullable=False),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    # What is counted, and of whom: `sign-in/name/...`, `sign-in/address/...`, `refused/...`.
    Column("subject", PLAIN, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
)

PROOFS = frozenset(
    {
        PASSWORDS.name,
        SESSIONS.name,
        ONE_TIME_LINKS.name,
        TOKENS.name,
        TOTP_SECRETS.name,
        RECOVERY_CODES.name,
        SIGN_IN_STEPS.name,
    }
)
"""The tables that whoever only reads the ledger may not read: digests and hashes can be guessed at."""
