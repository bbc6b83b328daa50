"""Passkeys of people: public keys, and how often each was used. Nothing of them is secret."""

from dataclasses import dataclass
from datetime import datetime

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Row, integrity_errors, text
from cellwright.ledger.people.rows import texts
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.json_text import read_json

_COLUMNS = "id, person, public_key, sign_count, transports, name, created_at, used"
_SELECT = f"SELECT {_COLUMNS} FROM passkeys"  # noqa: S608  constants
_OF_PERSON = text(f"{_SELECT} WHERE person = :person ORDER BY created_at, id")
_ONE = text(f"{_SELECT} WHERE id = :id")
_INSERT = DialectSql(
    "INSERT INTO passkeys (id, person, public_key, sign_count, transports, name, created_at)"
    " VALUES (:id, :person, :public_key, :sign_count, :transports, :name, {now})"
)
_USE = DialectSql(
    "UPDATE passkeys SET sign_count = :after, used = {now_ms} WHERE id = :id AND sign_count = :before"
)
_DELETE = text("DELETE FROM passkeys WHERE id = :id AND person = :person")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRecord:
    """A passkey of somebody; id and key in base64url."""

    id: str
    person: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]
    name: str
    """What its owner calls it."""
    created_at: str = ""
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passkeys:
    """The passkeys of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def of(self, person: str) -> tuple[PasskeyRecord, ...]:
        """Somebody's passkeys, the oldest first."""
        with self.database.read() as connection:
            return tuple(map(_load, connection.execute(_OF_PERSON, {"person": person})))

    def find(self, passkey: str) -> PasskeyRecord | None:
        """The passkey of this id."""
        with self.database.read() as connection:
            row = connection.execute(_ONE, texts(id=passkey)).first()
        return None if row is None else _load(row)

    def add(self, passkey: PasskeyRecord, event: EventDraft) -> None:
        """Keep a new passkey.

        Raises:
            DiagnosticError: it is kept already.
        """
        values = {
            **texts(id=passkey.id, person=passkey.person, public_key=passkey.public_key, name=passkey.name),
            "sign_count": passkey.sign_count,
            "transports": dump(list(passkey.transports)),
            **time_parameters(self.database.own_time()),
        }
        with self.database.write() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(_INSERT.of(connection), values)
            except integrity_errors():
                raise DiagnosticError(
                    error("this passkey is known already", "sign in with it, or make another one")
                ) from None
            append(connection, self.database, event)

    def use(self, passkey: PasskeyRecord, count: int) -> bool:
        """Note a use, with the count that the passkey tells; False if it was used meanwhile."""
        values = {
            "id": passkey.id,
            "before": passkey.sign_count,
            "after": count,
            **time_parameters(self.database.own_time()),
        }
        with self.database.write() as connection:
            return connection.execute(_USE.of(connection), values).rowcount > 0

    def remove(self, person: str, passkey: str, event: EventDraft) -> bool:
        """Forget a passkey of somebody; False if they have none of this id."""
        with self.database.write() as connection:
            if not connection.execute(_DELETE, texts(id=passkey, person=person)).rowcount:
                return False
            append(connection, self.database, event)
            return True


@reads("a passkey")
def _load(row: Row) -> PasskeyRecord:
    return PasskeyRecord(
        id=str(row.id),
        person=str(row.person),
        public_key=str(row.public_key),
        sign_count=int(row.sign_count),
        transports=tuple(map(str, read_json(row.transports))),
        name=str(row.name),
        created_at=str(row.created_at),
        used=None if row.used is None else from_milliseconds(row.used),
    )
