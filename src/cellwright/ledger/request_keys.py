"""Keys of requests: a request that is sent twice under one key is carried out once, and answered alike."""

from dataclasses import dataclass
from datetime import timedelta

from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text

KEPT = timedelta(hours=24)
"""How long an answer is kept."""
_SLOW = timedelta(minutes=2)
"""After which nobody can tell whether a request still goes on, or whether its server was killed."""

_ROW = text("SELECT request, made, status, answer FROM request_keys WHERE who = :who AND key = :key")
_FORGET = text("DELETE FROM request_keys WHERE made < :old")
_BEGIN = text(
    "INSERT INTO request_keys (who, key, request, made) VALUES (:who, :key, :request, :made)"
    " ON CONFLICT (who, key) DO NOTHING"
)
_END = text("UPDATE request_keys SET status = :status, answer = :answer WHERE who = :who AND key = :key")
_DROP = text(
    "DELETE FROM request_keys WHERE who = :who AND key = :key AND request = :request AND status IS NULL"
)
_OUTLIVE = text(
    "DELETE FROM request_keys WHERE who = :who AND key = :key AND status IS NULL AND made < :given_up"
)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who sends a request, the key that they chose, and a digest of the request."""

    who: str
    key: str
    request: str


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """What is known under a key."""

    same: bool
    """Whether it is the same request."""
    status: int | None
    """None while it is being answered."""
    answer: str = ""
    slow: bool = False
    """Whether it was begun long ago and has no answer yet. It is never carried out again under this key: it
    may still go on, or have done all that it does just before its server was killed."""


class RequestKeys:
    """The keys of a ledger. Every method raises DiagnosticError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: RequestKey, outlives: timedelta | None = None) -> KnownRequest | None:
        """Begin a request; None if it is to be carried out now, else what is known of it.

        One that was begun `outlives` ago and has no answer is taken for dead: only for what does no harm if
        it is done twice.
        """
        with self._database.write() as connection:
            moment = self._database.now(connection)
            values = {"who": key.who, "key": key.key}
            if outlives is not None:
                connection.execute(_OUTLIVE, {**values, "given_up": milliseconds(moment - outlives)})
            connection.execute(_FORGET, {"old": milliseconds(moment - KEPT)})
            begun = {**values, "request": key.request, "made": milliseconds(moment)}
            if connection.execute(_BEGIN, begun).rowcount > 0:
                return None
            row = connection.execute(_ROW, values).one()
        slow = row.status is None and row.made < milliseconds(moment - _SLOW)
        return KnownRequest(row.request == key.request, row.status, row.answer or "", slow)

    def end(self, key: RequestKey, status: int, answer: str) -> None:
        """Keep the answer."""
        with self._database.write() as connection:
            connection.execute(_END, {"who": key.who, "key": key.key, "status": status, "answer": answer})

    def drop(self, key: RequestKey) -> None:
        """Forget a request that came to nothing, so that it may be tried again; not another of its key."""
        with self._database.write() as connection:
            connection.execute(_DROP, {"who": key.who, "key": key.key, "request": key.request})
