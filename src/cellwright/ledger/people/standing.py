"""What people may do: their grants, and that there is always an admin."""

from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.people.records import GrantOrigin, GrantRecord, PersonKind
from cellwright.ledger.people.rows import GRANT_COLUMNS, dump_scope, load_grant, texts
from cellwright.model.diagnostic import DiagnosticError, error

ADMIN = "admin"
"""The role whose holders manage people."""
_EVERYWHERE = dump_scope(GrantRecord(id="", person="", role=ADMIN))

_SELECT = f"SELECT {GRANT_COLUMNS} FROM grants"  # noqa: S608  constants
_VALID = "(expires IS NULL OR expires > {now_ms})"
_ALL = DialectSql(f"{_SELECT} WHERE {_VALID} ORDER BY granted_at, id")
_OF_PERSON = DialectSql(f"{_SELECT} WHERE person = :person AND {_VALID} ORDER BY granted_at, id")
_INSERT = DialectSql(
    "INSERT INTO grants (id, person, role, scope, origin, granted_at, granted_by, reason, expires)"
    " VALUES (:id, :person, :role, :scope, :origin, {now}, :granted_by, :reason, :expires)"
)
_DELETE = text("DELETE FROM grants WHERE id = :id AND person = :person")
_DELETE_GROUPS = text(
    f"DELETE FROM grants WHERE person = :person AND origin = '{GrantOrigin.GROUP.value}'"  # noqa: S608
)
# Whole admins without an end, who may sign in. Grants that come from a group may be gone tomorrow.
_ADMINS = text(
    f"SELECT count(*) FROM grants JOIN people ON people.id = grants.person WHERE role = '{ADMIN}'"  # noqa: S608
    f" AND people.disabled_at IS NULL AND people.kind = '{PersonKind.PERSON.value}'"
    f" AND expires IS NULL AND origin = '{GrantOrigin.GRANTED.value}' AND scope = :everywhere"
)
# Whoever may manage people now, however they came to it: while there is one, nobody else is the first.
_ANY_ADMIN = DialectSql(
    f"SELECT 1 FROM grants JOIN people ON people.id = grants.person WHERE role = '{ADMIN}'"  # noqa: S608
    f" AND people.disabled_at IS NULL AND people.kind = '{PersonKind.PERSON.value}'"
    f" AND {_VALID} AND scope = :everywhere LIMIT 1"
)
# Readers go on; whoever else changes who may do what waits until the transaction ends.
_LOCK = text("LOCK TABLE grants IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class Standing:
    """The grants of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def all(self) -> tuple[GrantRecord, ...]:
        """Every grant that is valid now, the oldest first."""
        with self.database.read() as connection:
            now = time_parameters(self.database.own_time())
            return tuple(map(load_grant, connection.execute(_ALL.of(connection), now)))

    def of(self, person: str) -> tuple[GrantRecord, ...]:
        """Somebody's grants that are valid now."""
        with self.database.read() as connection:
            return grants_of(connection, self.database, person)

    def give(self, grant: GrantRecord, event: EventDraft) -> None:
        """Give somebody a role."""
        with self.database.write() as connection:
            put_grant(connection, self.database, grant)
            append(connection, self.database, event)

    def withdraw(self, person: str, grant: str, event: EventDraft) -> bool:
        """Take a grant of somebody away; False if there is none of this id.

        Raises:
            DiagnosticError: nobody would be left who may manage people.
        """
        with self.database.write() as connection:
            lock_people(connection)
            if not connection.execute(_DELETE, {"id": grant, "person": person}).rowcount:
                return False
            refuse_no_admin(connection, self.database)
            append(connection, self.database, event)
            return True

    def settle_groups(self, person: str, grants: tuple[GrantRecord, ...], event: EventDraft) -> None:
        """Put what somebody's groups give them now in the place of what they gave before."""
        with self.database.write() as connection:
            lock_people(connection)
            connection.execute(_DELETE_GROUPS, {"person": person})
            for grant in grants:
                put_grant(connection, self.database, grant)
            append(connection, self.database, event)

    def has_admin(self) -> bool:
        """Tell whether somebody who may sign in manages people of the whole fleet."""
        with self.database.read() as connection:
            return _has_admin(connection, self.database)


def grants_of(connection: Connection, database: Database, person: str) -> tuple[GrantRecord, ...]:
    """Somebody's grants that are valid now, in the caller's transaction."""
    values = {"person": person, **time_parameters(database.own_time())}
    return tuple(map(load_grant, connection.execute(_OF_PERSON.of(connection), values)))


def put_grant(connection: Connection, database: Database, grant: GrantRecord) -> None:
    """Add a grant, in the caller's transaction."""
    values = {
        **texts(
            id=grant.id,
            person=grant.person,
            role=grant.role,
            granted_by=grant.granted_by,
            reason=grant.reason,
        ),
        "scope": dump_scope(grant),
        "origin": grant.origin.value,
        "expires": None if grant.expires is None else milliseconds(grant.expires),
        **time_parameters(database.own_time()),
    }
    connection.execute(_INSERT.of(connection), values)


def lock_people(connection: Connection) -> None:
    """Let nobody else change who may do what until the transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has locked the whole file by now
        connection.execute(_LOCK)


def refuse_no_admin(connection: Connection, database: Database) -> None:
    """Refuse a change, made in the caller's transaction, after which nobody could manage people.

    Raises:
        DiagnosticError: there is no admin left.
    """
    if not _admins(connection):
        raise DiagnosticError(
            error(
                "this would leave nobody who may manage people",
                f"make somebody else an admin of the whole fleet first ({database.location})",
            )
        )


def refuse_second_first_admin(connection: Connection, database: Database) -> None:
    """Refuse a first admin where there is one.

    Raises:
        DiagnosticError: there is an admin already.
    """
    if _has_admin(connection, database):
        raise DiagnosticError(error("this fleet has an admin already", "ask them for an invitation"))


def _has_admin(connection: Connection, database: Database) -> bool:
    values = {"everywhere": _EVERYWHERE, **time_parameters(database.own_time())}
    return connection.execute(_ANY_ADMIN.of(connection), values).first() is not None


def _admins(connection: Connection) -> int:
    found: int = connection.execute(_ADMINS, {"everywhere": _EVERYWHERE}).scalar_one()
    return found
