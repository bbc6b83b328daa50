"""One-time links: for the first admin, for people who are invited, for people who forgot their password."""

from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.people.records import LinkPurpose, OneTimeLink
from cellwright.ledger.people.rows import load_link, texts
from cellwright.model.diagnostic import DiagnosticError, error

_INSERT = DialectSql(
    "INSERT INTO one_time_links (digest, purpose, person, created_at, created_by, expires)"
    " VALUES (:digest, :purpose, :person, {now}, :created_by, :expires)"
)
# A link of a person who is disabled meanwhile is as good as none.
_FIND = DialectSql(
    "SELECT purpose, person, one_time_links.created_by, expires FROM one_time_links"
    " LEFT JOIN people ON people.id = one_time_links.person"
    " WHERE digest = :digest AND expires > {now_ms} AND people.disabled_at IS NULL"
)
_DELETE = DialectSql(
    "DELETE FROM one_time_links WHERE digest = :digest AND expires > {now_ms} AND (person IS NULL OR EXISTS ("
    "SELECT 1 FROM people WHERE people.id = one_time_links.person AND people.disabled_at IS NULL))"
    " RETURNING purpose, person"
)
_DELETE_OLD = DialectSql("DELETE FROM one_time_links WHERE expires <= {now_ms}")
_DELETE_OF_PERSON = text("DELETE FROM one_time_links WHERE person = :person")
_DELETE_FIRST = text(
    f"DELETE FROM one_time_links WHERE purpose = '{LinkPurpose.FIRST_ADMIN.value}'"  # noqa: S608  constants
)


@dataclass(frozen=True, slots=True)
class Links:
    """The one-time links of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def add(self, digest: str, link: OneTimeLink, event: EventDraft) -> None:
        """Keep a link by the digest of its secret; a person's former ones, and expired ones, are removed."""
        with self.database.write() as connection:
            now = time_parameters(self.database.own_time())
            connection.execute(_DELETE_OLD.of(connection), now)
            if link.person is not None:
                connection.execute(_DELETE_OF_PERSON, {"person": link.person})
            values = {
                **texts(digest=digest, person=link.person, created_by=link.created_by),
                "purpose": link.purpose.value,
                "expires": milliseconds(link.expires),
                **now,
            }
            connection.execute(_INSERT.of(connection), values)
            append(connection, self.database, event)

    def find(self, digest: str) -> OneTimeLink | None:
        """The link of this digest, if it is still good."""
        with self.database.read() as connection:
            values = {"digest": digest, **time_parameters(self.database.own_time())}
            row = connection.execute(_FIND.of(connection), values).first()
        return None if row is None else load_link(row)


def consume_link(
    connection: Connection, database: Database, digest: str, *purposes: LinkPurpose
) -> str | None:
    """Use a link up, in the caller's transaction; gives whose it is.

    Raises:
        DiagnosticError: it was used, has expired, or is of another kind.
    """
    values = {"digest": digest, **time_parameters(database.own_time())}
    row = connection.execute(_DELETE.of(connection), values).first()
    if row is None or row.purpose not in {purpose.value for purpose in purposes}:
        raise DiagnosticError(
            error("this link was used before, or has expired", "ask an admin for a new one")
        )
    return None if row.person is None else str(row.person)


def remove_first_admin_links(connection: Connection) -> None:
    """Remove every link for a first admin, in the caller's transaction: there is one now."""
    connection.execute(_DELETE_FIRST)
