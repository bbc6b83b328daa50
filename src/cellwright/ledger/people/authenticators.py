"""Authenticator apps of people (TOTP), one each, and the codes for when it is lost.

The app's secret is kept encrypted, recovery codes as digests. Each code counts once, also if it is given
twice at the same moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text

_SELECT = text("SELECT secret, created_at, confirmed_at, last_step FROM totp_secrets WHERE person = :person")
_BEGIN = DialectSql(
    "INSERT INTO totp_secrets (person, secret, created_at, last_step) VALUES (:person, :secret, {now}, 0)"
    " ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at"
    " WHERE totp_secrets.confirmed_at IS NULL"
)
_CONFIRM = DialectSql(
    "UPDATE totp_secrets SET confirmed_at = {now}, last_step = :step"
    " WHERE person = :person AND secret = :secret AND confirmed_at IS NULL"
)
_TAKE = text(
    "UPDATE totp_secrets SET last_step = :step"
    " WHERE person = :person AND last_step < :step AND confirmed_at IS NOT NULL"
)
_RESEAL = text("UPDATE totp_secrets SET secret = :new WHERE person = :person AND secret = :old")
_DELETE = text("DELETE FROM totp_secrets WHERE person = :person AND confirmed_at IS NOT NULL")
_DELETE_CODES = text("DELETE FROM recovery_codes WHERE person = :person")
_ADD_CODE = text("INSERT INTO recovery_codes (person, digest) VALUES (:person, :digest)")
_TAKE_CODE = text("DELETE FROM recovery_codes WHERE person = :person AND digest = :digest")
_COUNT_CODES = text("SELECT count(*) FROM recovery_codes WHERE person = :person")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorRecord:
    """Somebody's authenticator app."""

    secret: str = field(repr=False)
    """Encrypted."""
    created_at: str
    confirmed: bool
    """A first code was given; before that it counts for nothing."""
    last_step: int
    """The time step of the last code that was taken."""


@dataclass(frozen=True, slots=True)
class Authenticators:
    """The authenticator apps of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def of(self, person: str) -> AuthenticatorRecord | None:
        """Somebody's app."""
        with self.database.read() as connection:
            row = connection.execute(_SELECT, {"person": person}).first()
        if row is None:
            return None
        return AuthenticatorRecord(
            secret=str(row.secret),
            created_at=str(row.created_at),
            confirmed=row.confirmed_at is not None,
            last_step=int(row.last_step),
        )

    def begin(self, person: str, secret: str) -> bool:
        """Keep the encrypted secret of a new app until it is confirmed; False if there is one already."""
        values = {"person": person, "secret": secret, **time_parameters(self.database.own_time())}
        with self.database.write() as connection:
            return connection.execute(_BEGIN.of(connection), values).rowcount > 0

    def confirm(
        self, person: str, app: AuthenticatorRecord, step: int, codes: Iterable[str], event: EventDraft
    ) -> bool:
        """Let the app count from now on, with new recovery codes (digests); False if it has changed."""
        values = {
            "person": person,
            "secret": app.secret,
            "step": step,
            **time_parameters(self.database.own_time()),
        }
        with self.database.write() as connection:
            if not connection.execute(_CONFIRM.of(connection), values).rowcount:
                return False
            _replace_codes(connection, person, codes)
            append(connection, self.database, event)
            return True

    def take(self, person: str, step: int) -> bool:
        """Use up the code of a time step; False if it, or a later one, was used before."""
        with self.database.write() as connection:
            return connection.execute(_TAKE, {"person": person, "step": step}).rowcount > 0

    def reseal(self, person: str, old: str, new: str) -> None:
        """Keep the same secret encrypted anew."""
        with self.database.write() as connection:
            connection.execute(_RESEAL, {"person": person, "old": old, "new": new})

    def remove(self, person: str, event: EventDraft) -> bool:
        """Forget somebody's app and recovery codes; False if they have none."""
        with self.database.write() as connection:
            if not connection.execute(_DELETE, {"person": person}).rowcount:
                return False
            connection.execute(_DELETE_CODES, {"person": person})
            append(connection, self.database, event)
            return True

    def take_recovery_code(self, person: str, digest: str, event: EventDraft) -> bool:
        """Use up a recovery code; False if it is none, or was used before."""
        with self.database.write() as connection:
            if not connection.execute(_TAKE_CODE, {"person": person, "digest": digest}).rowcount:
                return False
            append(connection, self.database, event)
            return True

    def replace_recovery_codes(self, person: str, codes: Iterable[str], event: EventDraft) -> None:
        """Let only these recovery codes count (digests)."""
        with self.database.write() as connection:
            _replace_codes(connection, person, codes)
            append(connection, self.database, event)

    def recovery_codes_left(self, person: str) -> int:
        """How many recovery codes somebody has."""
        with self.database.read() as connection:
            found: int = connection.execute(_COUNT_CODES, {"person": person}).scalar_one()
        return found


def _replace_codes(connection: Connection, person: str, codes: Iterable[str]) -> None:
    connection.execute(_DELETE_CODES, {"person": person})
    connection.execute(_ADD_CODE, [{"person": person, "digest": digest} for digest in codes])
