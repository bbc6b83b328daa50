"""What a ledger belongs to: one fleet and one key, taken up on first use and confirmed ever after."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.tables import BINDINGS
from cellwright.ledger.key import VARIABLE, Key
from cellwright.model.diagnostic import DiagnosticError, error

_FLEET = "fleet"
_KEY = "key_check"
_ONCE = text("INSERT INTO bindings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")
_AGAIN = text(
    "INSERT INTO bindings (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class Bindings:
    """Keeps a ledger from being used with another fleet or another key."""

    database: Database

    def confirm_fleet(self, name: str) -> None:
        """The ledger is this fleet's; one that has none yet becomes so.

        Raises:
            DiagnosticError: it is another fleet's, whose units would all seem to be gone from this one.
        """
        bound = self._bound(_FLEET, name)
        if bound != name:
            raise DiagnosticError(
                error(
                    f"the ledger {self.database.location} belongs to the fleet '{bound}', not to '{name}'",
                    "name another ledger with --ledger; each fleet needs one of its own",
                )
            )

    def confirm_key(self, key: Key) -> None:
        """The digests in the ledger are made with this key; a ledger that has none yet takes it.

        Raises:
            DiagnosticError: they are made with another key, so every sensitive value would seem changed.
        """
        if self._bound(_KEY, key.check()) != key.check():
            raise DiagnosticError(
                error(
                    f"the key of {key.origin} is not the one of the ledger {self.database.location}",
                    f"put back the key that it was made with, in its file or in {VARIABLE}",
                )
            )

    def replace_key(self, key: Key, actor: str, reason: str) -> None:
        """Go on with another key after the old one is lost: sensitive values then count as changed, once."""
        with self.database.write() as connection:
            connection.execute(_AGAIN, {"name": _KEY, "value": key.check()})
            append(connection, self.database, EventDraft(actor, "key.replaced", "ledger", reason))

    def _bound(self, name: str, value: str) -> str:
        with self.database.read() as connection:
            found = _value(connection, name)
        if found is not None or self.database.absent:
            return found or value
        with self.database.write() as connection:
            connection.execute(_ONCE, {"name": name, "value": value})
            # Read again: another process may have been first.
            return _value(connection, name) or value


def _value(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(BINDINGS.c.value).where(BINDINGS.c.name == name)).scalar()
    return value
