"""People and their passwords."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.ledger.people.links import consume_link, remove_first_admin_links
from cellwright.ledger.people.records import GrantRecord, LinkPurpose, Person, PersonKind
from cellwright.ledger.people.rows import PERSON_COLUMNS, load_person, texts
from cellwright.ledger.people.standing import (
    lock_people,
    put_grant,
    refuse_no_admin,
    refuse_second_first_admin,
)
from cellwright.model.diagnostic import DiagnosticError, error

_SELECT = f"SELECT {PERSON_COLUMNS} FROM people"  # noqa: S608  constants
_ALL = text(f"{_SELECT} ORDER BY login")
_BY_ID = text(f"{_SELECT} WHERE id = :id")
_BY_LOGIN = text(f"{_SELECT} WHERE login = :login")
_INSERT = DialectSql(
    "INSERT INTO people (id, login, name, email, kind, created_at, created_by)"
    " VALUES (:id, :login, :name, :email, :kind, {now}, :created_by)"
)
_DISABLE = DialectSql("UPDATE people SET disabled_at = {now} WHERE id = :id AND disabled_at IS NULL")
_ENABLE = text("UPDATE people SET disabled_at = NULL WHERE id = :id AND disabled_at IS NOT NULL")
_END_SESSIONS = text("DELETE FROM sessions WHERE person = :id")
_HASH = text("SELECT hash FROM passwords WHERE person = :id")
_SET_HASH = DialectSql(
    "INSERT INTO passwords (person, hash, changed_at) VALUES (:id, :hash, {now})"
    " ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at"
)
_REHASH = text("UPDATE passwords SET hash = :new WHERE person = :id AND hash = :old")
_REMOVE_STEPS = text("DELETE FROM sign_in_steps WHERE person = :id")


@dataclass(frozen=True, slots=True)
class Directory:
    """The people of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def all(self) -> tuple[Person, ...]:
        """Everybody, by login."""
        with self.database.read() as connection:
            return tuple(map(load_person, connection.execute(_ALL)))

    def find(self, person: str) -> Person | None:
        """The person with this id."""
        with self.database.read() as connection:
            row = connection.execute(_BY_ID, {"id": person}).first()
        return None if row is None else load_person(row)

    def by_login(self, login: str) -> Person | None:
        """The person who signs in with this name."""
        with self.database.read() as connection:
            row = connection.execute(_BY_LOGIN, texts(login=login)).first()
        return None if row is None else load_person(row)

    def add(self, person: Person, grants: Sequence[GrantRecord], events: Sequence[EventDraft]) -> None:
        """Add somebody with their first grants.

        Raises:
            DiagnosticError: the login or the mail address is somebody else's.
        """
        with self.database.write() as connection:
            put_person(connection, self.database, person, grants)
            _record(connection, self.database, events)

    def add_first_admin(
        self,
        link: str,
        person: Person,
        password_hash: str,
        grant: GrantRecord,
        event: EventDraft,
    ) -> None:
        """Add the first admin by their one-time link (its digest); it ends, and all others of its kind.

        Raises:
            DiagnosticError: the link was used or has expired, or there is an admin meanwhile.
        """
        with self.database.write() as connection:
            lock_people(connection)
            consume_link(connection, self.database, link, LinkPurpose.FIRST_ADMIN)
            refuse_second_first_admin(connection, self.database)
            put_person(connection, self.database, person, [grant])
            self._set_hash(connection, person.id, password_hash)
            remove_first_admin_links(connection)
            append(connection, self.database, event)

    def disable(self, person: str, event: EventDraft) -> bool:
        """Let somebody sign in no more, and end their sessions; False if that was so before.

        Raises:
            DiagnosticError: nobody would be left who may manage people.
        """
        with self.database.write() as connection:
            lock_people(connection)
            now = time_parameters(self.database.own_time())
            if not connection.execute(_DISABLE.of(connection), {"id": person, **now}).rowcount:
                return False
            refuse_no_admin(connection, self.database)
            connection.execute(_END_SESSIONS, {"id": person})
            connection.execute(_REMOVE_STEPS, {"id": person})
            append(connection, self.database, event)
            return True

    def enable(self, person: str, event: EventDraft) -> bool:
        """Let somebody sign in again; False if that was so before."""
        with self.database.write() as connection:
            if not connection.execute(_ENABLE, {"id": person}).rowcount:
                return False
            append(connection, self.database, event)
            return True

    def password_hash(self, person: str) -> str | None:
        """The hash of somebody's password; None if they have none."""
        with self.database.read() as connection:
            found: str | None = connection.execute(_HASH, {"id": person}).scalar()
        return found

    def set_password(
        self, person: str, password_hash: str, event: EventDraft, *, keep_session: str | None = None
    ) -> None:
        """Give somebody a password, and end all their sessions but one."""
        with self.database.write() as connection:
            self._set_hash(connection, person, password_hash)
            end_sessions(connection, person, keep_session)
            append(connection, self.database, event)

    def set_password_by_link(
        self, link: str, event_of: Callable[[str], EventDraft], password_hash: str
    ) -> str:
        """Give somebody a password by their one-time link (its digest), which ends with it; gives their id.

        Raises:
            DiagnosticError: the link was used, has expired, or is of another kind.
        """
        with self.database.write() as connection:
            person = consume_link(connection, self.database, link, LinkPurpose.INVITATION, LinkPurpose.RESET)
            if person is None:
                raise DiagnosticError(error("this link is nobody's", "ask an admin for a new one"))
            self._set_hash(connection, person, password_hash)
            end_sessions(connection, person, None)
            append(connection, self.database, event_of(person))
            return person

    def replace_hash(self, person: str, old: str, new: str) -> None:
        """Keep the same password in a newer form."""
        with self.database.write() as connection:
            connection.execute(_REHASH, {"id": person, "old": old, "new": new})

    def _set_hash(self, connection: Connection, person: str, password_hash: str) -> None:
        values = {"id": person, "hash": password_hash, **time_parameters(self.database.own_time())}
        connection.execute(_SET_HASH.of(connection), values)


_END_OTHERS = text("DELETE FROM sessions WHERE person = :person AND id <> :kept")


def end_sessions(connection: Connection, person: str, kept: str | None) -> int:
    """End somebody's sessions but the one that is kept, in the caller's transaction."""
    return connection.execute(_END_OTHERS, {"person": person, "kept": kept or ""}).rowcount


def _record(connection: Connection, database: Database, events: Sequence[EventDraft]) -> None:
    for event in events:
        append(connection, database, event)


def put_person(
    connection: Connection, database: Database, person: Person, grants: Sequence[GrantRecord]
) -> None:
    """Add somebody with their first grants, in the caller's transaction.

    Raises:
        DiagnosticError: the login or the mail address is somebody else's.
    """
    values = {
        **texts(
            id=person.id,
            login=person.login,
            name=person.name,
            email=person.email,
            created_by=person.created_by,
        ),
        "kind": person.kind.value,
        **time_parameters(database.own_time()),
    }
    try:
        with connection.begin_nested():
            connection.execute(_INSERT.of(connection), values)
    except integrity_errors():
        told = "a service" if person.kind is PersonKind.SERVICE else "a person"
        advice = "choose another name to sign in with, or another mail address"
        raise DiagnosticError(
            error(f"there is {told} '{person.login}' already, or one with the same mail address", advice)
        ) from None
    for grant in grants:
        put_grant(connection, database, grant)
