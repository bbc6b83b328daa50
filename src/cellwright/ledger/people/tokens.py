"""Tokens for the API. The secret part is kept as a digest only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds, milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.ledger.people.records import GrantRecord, Person, TokenRecord
from cellwright.ledger.people.rows import (
    PERSON_COLUMNS,
    TOKEN_COLUMNS,
    dump_limits,
    load_person,
    load_token,
    texts,
)
from cellwright.ledger.people.standing import grants_of

_USED_EVERY = timedelta(minutes=1)
"""A token's last use is written down so often."""

_INSERT = DialectSql(
    "INSERT INTO tokens (id, digest, person, name, limits, act_for, created_at, created_by, expires)"
    " VALUES (:id, :digest, :person, :name, :limits, :act_for, {now}, :created_by, :expires)"
)
_SELECT = f"SELECT {TOKEN_COLUMNS} FROM tokens"  # noqa: S608  constants
_ALL = text(f"{_SELECT} ORDER BY tokens.created_at DESC, tokens.id")
_OF_PERSON = text(f"{_SELECT} WHERE person = :person ORDER BY tokens.created_at DESC, tokens.id")
_ONE = text(f"{_SELECT} WHERE tokens.id = :id")
_FIND = DialectSql(
    f"SELECT {TOKEN_COLUMNS}, digest, {PERSON_COLUMNS}, {{now_ms}} AS moment FROM tokens"  # noqa: S608  constants
    " JOIN people ON people.id = tokens.person WHERE tokens.id = :id AND tokens.revoked_at IS NULL"
    " AND tokens.expires > {now_ms} AND people.disabled_at IS NULL"
)
_USE = DialectSql("UPDATE tokens SET used = {now_ms} WHERE id = :id")
_REVOKE = DialectSql("UPDATE tokens SET revoked_at = {now} WHERE id = :id AND revoked_at IS NULL")


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token that is good, whose it is, and what they may do; the caller compares the digest."""

    token: TokenRecord
    digest: str
    person: Person
    grants: tuple[GrantRecord, ...]
    now: datetime
    """When it was read."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def add(self, token: TokenRecord, digest: str, event: EventDraft) -> None:
        """Keep a token by the digest of its secret."""
        with self.database.write() as connection:
            values = {
                **texts(
                    id=token.id,
                    digest=digest,
                    person=token.person,
                    name=token.name,
                    created_by=token.created_by,
                ),
                "limits": dump_limits(token.limits),
                "act_for": int(token.act_for),
                "expires": milliseconds(token.expires),
                **time_parameters(self.database.own_time()),
            }
            connection.execute(_INSERT.of(connection), values)
            append(connection, self.database, event)

    def all(self) -> tuple[TokenRecord, ...]:
        """Every token, also expired and revoked ones, the newest first."""
        with self.database.read() as connection:
            return tuple(map(load_token, connection.execute(_ALL)))

    def of(self, person: str) -> tuple[TokenRecord, ...]:
        """Somebody's tokens, the newest first."""
        with self.database.read() as connection:
            return tuple(map(load_token, connection.execute(_OF_PERSON, {"person": person})))

    def find(self, token: str) -> TokenRecord | None:
        """The token of this id, good or not."""
        with self.database.read() as connection:
            row = connection.execute(_ONE, texts(id=token)).first()
        return None if row is None else load_token(row)

    def use(self, token: str) -> TokenUse | None:
        """The token of this id if it is good."""
        with self.database.read() as connection:
            values = {**texts(id=token), **time_parameters(self.database.own_time())}
            row = connection.execute(_FIND.of(connection), values).first()
            if row is None:
                return None
            grants = grants_of(connection, self.database, str(row.person))
        now = from_milliseconds(row.moment)
        return TokenUse(load_token(row), str(row.digest), load_person(row), grants, now)

    def note_use(self, use: TokenUse) -> None:
        """Write down that a token was used, once a minute."""
        if use.token.used is not None and use.now - use.token.used < _USED_EVERY:
            return  # nothing is written, and nobody who writes is waited for
        with self.database.write() as connection:
            values = {"id": use.token.id, **time_parameters(self.database.own_time())}
            connection.execute(_USE.of(connection), values)

    def revoke(self, token: str, event: EventDraft) -> bool:
        """Let a token be good no more; False if that was so before."""
        with self.database.write() as connection:
            values = {"id": token, **time_parameters(self.database.own_time())}
            if not connection.execute(_REVOKE.of(connection), values).rowcount:
                return False
            append(connection, self.database, event)
            return True
