"""Sign-ins that are under way: what must be known when a browser comes back for the next step.

The browser keeps a random secret, the ledger its digest. Each step is used once, and ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Row, text
from cellwright.ledger.people.rows import texts
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_INSERT = DialectSql(
    "INSERT INTO sign_in_steps (digest, kind, person, content, expires)"
    " VALUES (:digest, :kind, :person, :content, {now_ms} + :lasts)"
)
_DELETE_OLD = DialectSql("DELETE FROM sign_in_steps WHERE expires <= {now_ms}")
_GOOD = "digest = :digest AND kind = :kind AND expires > {now_ms}"
_SELECT = DialectSql(f"SELECT person, content FROM sign_in_steps WHERE {_GOOD}")  # noqa: S608  constants
_TAKE = DialectSql(f"DELETE FROM sign_in_steps WHERE {_GOOD} RETURNING person, content")  # noqa: S608  as above
_CHANGE = DialectSql(f"UPDATE sign_in_steps SET content = :content WHERE {_GOOD}")  # noqa: S608  as above
_TAKE_BACK = text("DELETE FROM sign_in_steps WHERE digest = :digest")


class StepKind(Enum):
    """What is waited for."""

    OIDC = "oidc"
    """The answer of a provider of OpenID Connect."""
    OIDC_SIGN_OUT = "oidc-sign-out"
    """That somebody who came from such a provider signs out there, too."""
    PASSKEY = "passkey"
    """A passkey, by whomever it may be."""
    PASSKEY_REGISTRATION = "passkey-registration"
    """A new passkey of somebody who is signed in."""
    SECOND_FACTOR = "second-factor"
    """The second factor of somebody whose password was right."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is waited for."""

    kind: StepKind
    person: str | None
    content: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Steps:
    """The sign-ins that are under way. Every method raises DiagnosticError when the database fails."""

    database: Database

    def put(self, digest: str, step: Step, lasts: timedelta) -> None:
        """Wait for a step by the digest of the browser's secret; those that have ended are removed."""
        now = time_parameters(self.database.own_time())
        values = {
            **texts(digest=digest, person=step.person, content=dump(step.content)),
            "kind": step.kind.value,
            "lasts": lasts // timedelta(milliseconds=1),
            **now,
        }
        with self.database.write() as connection:
            connection.execute(_DELETE_OLD.of(connection), now)
            connection.execute(_INSERT.of(connection), values)

    def look(self, digest: str, kind: StepKind) -> Step | None:
        """The step that is waited for, if it still is."""
        with self.database.read() as connection:
            row = connection.execute(_SELECT.of(connection), self._named(digest, kind)).first()
        return None if row is None else _load(row, kind)

    def take(self, digest: str, kind: StepKind) -> Step | None:
        """The same, and nobody waits for it any more."""
        with self.database.write() as connection:
            row = connection.execute(_TAKE.of(connection), self._named(digest, kind)).first()
        return None if row is None else _load(row, kind)

    def change(self, digest: str, kind: StepKind, content: Mapping[str, Json]) -> bool:
        """Know something else from now on; False if the step is waited for no more."""
        values = {**self._named(digest, kind), **texts(content=dump(content))}
        with self.database.write() as connection:
            return connection.execute(_CHANGE.of(connection), values).rowcount > 0

    def drop(self, digest: str) -> None:
        """Wait no more."""
        with self.database.write() as connection:
            connection.execute(_TAKE_BACK, {"digest": digest})

    def _named(self, digest: str, kind: StepKind) -> dict[str, object]:
        return {"digest": digest, "kind": kind.value, **time_parameters(self.database.own_time())}


@reads("a step of a sign-in")
def _load(row: Row, kind: StepKind) -> Step:
    return Step(kind, None if row.person is None else str(row.person), read_json(row.content))
