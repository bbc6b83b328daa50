"""Who people are at a provider of OpenID Connect: issuer and subject, which never change, and whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.ledger.people.directory import put_person
from cellwright.ledger.people.records import Person
from cellwright.ledger.people.rows import PERSON_COLUMNS, load_person, texts
from cellwright.model.diagnostic import DiagnosticError, error

_FIND = text(
    f"SELECT {PERSON_COLUMNS} FROM identities JOIN people ON people.id = identities.person"  # noqa: S608  constants
    " WHERE issuer = :issuer AND subject = :subject"
)
_OF_PERSON = text(
    "SELECT issuer, subject, linked_at, used FROM identities WHERE person = :person ORDER BY issuer, subject"
)
_INSERT = DialectSql(
    "INSERT INTO identities (issuer, subject, person, linked_at) VALUES (:issuer, :subject, :person, {now})"
)
_USE = DialectSql("UPDATE identities SET used = {now_ms} WHERE issuer = :issuer AND subject = :subject")
_DELETE = text("DELETE FROM identities WHERE issuer = :issuer AND subject = :subject AND person = :person")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRecord:
    """Somebody at a provider."""

    issuer: str
    subject: str
    linked_at: str = ""
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def find(self, issuer: str, subject: str) -> Person | None:
        """Whose identity this is."""
        with self.database.read() as connection:
            row = connection.execute(_FIND, texts(issuer=issuer, subject=subject)).first()
        return None if row is None else load_person(row)

    def of(self, person: str) -> tuple[IdentityRecord, ...]:
        """Somebody's identities."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_PERSON, {"person": person}).all()
        return tuple(
            IdentityRecord(
                issuer=str(row.issuer),
                subject=str(row.subject),
                linked_at=str(row.linked_at),
                used=None if row.used is None else from_milliseconds(row.used),
            )
            for row in rows
        )

    def add_person(self, person: Person, identity: IdentityRecord, events: Sequence[EventDraft]) -> None:
        """Add somebody whom a provider knows.

        Raises:
            DiagnosticError: the login, the mail address or the identity is somebody else's.
        """
        with self.database.write() as connection:
            put_person(connection, self.database, person, [])
            self._link(connection, person.id, identity)
            for event in events:
                append(connection, self.database, event)

    def link(self, person: str, identity: IdentityRecord, event: EventDraft) -> None:
        """Let somebody sign in with an identity, too.

        Raises:
            DiagnosticError: it is somebody's already.
        """
        with self.database.write() as connection:
            self._link(connection, person, identity)
            append(connection, self.database, event)

    def unlink(self, person: str, identity: IdentityRecord, event: EventDraft) -> bool:
        """Let somebody sign in with an identity no more; False if they have none such."""
        values = texts(issuer=identity.issuer, subject=identity.subject, person=person)
        with self.database.write() as connection:
            if not connection.execute(_DELETE, values).rowcount:
                return False
            append(connection, self.database, event)
            return True

    def use(self, issuer: str, subject: str) -> None:
        """Note that somebody has signed in with it."""
        values = {**texts(issuer=issuer, subject=subject), **time_parameters(self.database.own_time())}
        with self.database.write() as connection:
            connection.execute(_USE.of(connection), values)

    def _link(self, connection: Connection, person: str, identity: IdentityRecord) -> None:
        values = {
            **texts(issuer=identity.issuer, subject=identity.subject, person=person),
            **time_parameters(self.database.own_time()),
        }
        try:
            with connection.begin_nested():
                connection.execute(_INSERT.of(connection), values)
        except integrity_errors():
            raise DiagnosticError(
                error("this identity is somebody's already", "sign in with it, or unlink it there first")
            ) from None
