"""Sessions: browsers in which somebody has signed in. The browser's secret is kept as a digest only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.ledger.people.directory import end_sessions
from cellwright.ledger.people.records import GrantRecord, Person, SessionRecord
from cellwright.ledger.people.rows import PERSON_COLUMNS, SESSION_COLUMNS, load_person, load_session, texts
from cellwright.ledger.people.standing import grants_of

_MILLISECONDS = 1000
_TOUCHED_EVERY = 60 * _MILLISECONDS
"""A session that is used is written down once a minute: not every page is a write."""

_INSERT = DialectSql(
    "INSERT INTO sessions (digest, id, person, method, created, seen, proved, expires, address, agent)"
    " SELECT :digest, :id, people.id, :method, {now_ms}, {now_ms}, {now_ms}, {now_ms} + :lasts, :address,"
    " :agent FROM people WHERE people.id = :person AND people.disabled_at IS NULL"
)
_ALIVE = "expires > {now_ms} AND seen > {now_ms} - :idle"
_FIND = DialectSql(
    f"SELECT {SESSION_COLUMNS}, {PERSON_COLUMNS}, {{now_ms}} AS moment FROM sessions"  # noqa: S608  constants
    f" JOIN people ON people.id = sessions.person WHERE digest = :digest AND people.disabled_at IS NULL"
    f" AND {_ALIVE}"
)
_TOUCH = DialectSql("UPDATE sessions SET seen = {now_ms} WHERE digest = :digest")
_PROVE = DialectSql("UPDATE sessions SET proved = {now_ms}, method = :method WHERE id = :id")
_OF_PERSON = DialectSql(
    f"SELECT {SESSION_COLUMNS} FROM sessions WHERE person = :person AND {_ALIVE} ORDER BY seen DESC"  # noqa: S608
)
_END = text("DELETE FROM sessions WHERE id = :id AND person = :person")
_END_OLD = DialectSql(f"DELETE FROM sessions WHERE NOT ({_ALIVE})")  # noqa: S608  constants


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that begins."""

    digest: str
    id: str
    person: str
    method: str
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good, whose it is, and what they may do."""

    session: SessionRecord
    person: Person
    grants: tuple[GrantRecord, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def begin(self, session: NewSession, limits: SessionLimits, event: EventDraft) -> bool:
        """Begin a session; False if the person may not sign in any more. Ended ones are removed."""
        with self.database.write() as connection:
            connection.execute(_END_OLD.of(connection), self._alive(limits))
            values = {
                **texts(
                    digest=session.digest,
                    id=session.id,
                    person=session.person,
                    method=session.method,
                    address=session.address,
                    agent=session.agent,
                ),
                "lasts": _count(limits.longest),
                **time_parameters(self.database.own_time()),
            }
            if not connection.execute(_INSERT.of(connection), values).rowcount:
                return False
            append(connection, self.database, event)
            return True

    def find(self, digest: str, limits: SessionLimits) -> SignedIn | None:
        """The session of a browser's secret, by its digest, if it is still good; notes that it was used."""
        with self.database.read() as connection:
            values = {"digest": digest, **self._alive(limits)}
            row = connection.execute(_FIND.of(connection), values).first()
            if row is None:
                return None
            grants = grants_of(connection, self.database, str(row.person))
        if row.moment - row.seen >= _TOUCHED_EVERY:
            self._touch(digest)
        return SignedIn(load_session(row), load_person(row), grants, from_milliseconds(row.moment))

    def of(self, person: str, limits: SessionLimits) -> tuple[SessionRecord, ...]:
        """Somebody's sessions, the one used last first."""
        with self.database.read() as connection:
            values = {"person": person, **self._alive(limits)}
            return tuple(map(load_session, connection.execute(_OF_PERSON.of(connection), values)))

    def prove(self, session: str, method: str) -> None:
        """Note that the person has just proved again who they are."""
        with self.database.write() as connection:
            values = {"id": session, "method": method, **time_parameters(self.database.own_time())}
            connection.execute(_PROVE.of(connection), values)

    def end(self, person: str, session: str, event: EventDraft) -> bool:
        """End one session of somebody; False if they have none of this id."""
        with self.database.write() as connection:
            if not connection.execute(_END, {"id": session, "person": person}).rowcount:
                return False
            append(connection, self.database, event)
            return True

    def end_all(self, person: str, event: EventDraft, *, but: str | None = None) -> int:
        """End somebody's sessions, apart from one; gives how many ended."""
        with self.database.write() as connection:
            ended = end_sessions(connection, person, but)
            if ended:
                append(connection, self.database, event)
            return ended

    def _touch(self, digest: str) -> None:
        with self.database.write() as connection:
            values = {"digest": digest, **time_parameters(self.database.own_time())}
            connection.execute(_TOUCH.of(connection), values)

    def _alive(self, limits: SessionLimits) -> dict[str, object]:
        return {"idle": _count(limits.idle), **time_parameters(self.database.own_time())}


def _count(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
