"""Counts of what is tried too often: sign-ins that fail, requests that are refused."""

from dataclasses import dataclass
from datetime import timedelta

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.ledger.people.rows import texts

# A count begins anew when its window has passed.
_COUNT = DialectSql(
    "INSERT INTO attempts (subject, count, since, last) VALUES (:subject, 1, {now_ms}, {now_ms})"
    " ON CONFLICT (subject) DO UPDATE SET"
    " count = CASE WHEN attempts.since > {now_ms} - :window THEN attempts.count + 1 ELSE 1 END,"
    " since = CASE WHEN attempts.since > {now_ms} - :window THEN attempts.since ELSE {now_ms} END,"
    " last = {now_ms} RETURNING count"
)
_READ = DialectSql("SELECT count FROM attempts WHERE subject = :subject AND since > {now_ms} - :window")
_FORGET = text("DELETE FROM attempts WHERE subject = :subject")
_DROP_OLD = DialectSql("DELETE FROM attempts WHERE last < {now_ms} - :window")

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """The counts of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def count(self, subject: str, window: timedelta) -> int:
        """Count one more, and give how many there were in the present window, this one among them."""
        with self.database.write() as connection:
            values = {**texts(subject=subject), **self._since(window)}
            found: int = connection.execute(_COUNT.of(connection), values).scalar_one()
            if found == 1:
                connection.execute(_DROP_OLD.of(connection), self._since(_KEPT))
            return found

    def so_far(self, subject: str, window: timedelta) -> int:
        """Give how many there were in the present window."""
        with self.database.read() as connection:
            values = {**texts(subject=subject), **self._since(window)}
            found: int | None = connection.execute(_READ.of(connection), values).scalar()
        return found or 0

    def forget(self, subject: str) -> None:
        """Begin anew: what was tried has succeeded."""
        with self.database.write() as connection:
            connection.execute(_FORGET, texts(subject=subject))

    def _since(self, window: timedelta) -> dict[str, object]:
        span = window // timedelta(milliseconds=1)
        return {"window": span, **time_parameters(self.database.own_time())}
