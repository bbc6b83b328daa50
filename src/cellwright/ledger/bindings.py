"""Records to which fleet and which key a ledger belongs, and refuses any other."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from cellwright.ledger.database.database import Database
from cellwright.ledger.key import Key
from cellwright.ledger.ownership import FLEET, KEY, refuse_other_fleet, refuse_other_key

_READ = text("SELECT value FROM bindings WHERE name = :name")
_BIND = text("INSERT INTO bindings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Bindings:
    """Keeps a ledger from being used with another fleet or another key."""

    database: Database

    def confirm_fleet(self, name: str) -> None:
        """Bind the ledger to this fleet, or confirm that it is bound to it.

        Raises:
            DiagnosticError: it belongs to another fleet.
        """
        refuse_other_fleet({FLEET: self._bound(FLEET, name)}, name, lambda: self.database.location)

    def confirm_key(self, key: Key) -> None:
        """Bind the ledger to this key, or confirm that it is bound to it.

        Raises:
            DiagnosticError: its digests are made with another key.
        """
        refuse_other_key({KEY: self._bound(KEY, key.check())}, key, lambda: self.database.location)

    def _bound(self, name: str, value: str) -> str:
        with self.database.read() as connection:
            found = _value(connection, name)
        if found is not None or self.database.absent:
            return found or value
        with self.database.write() as connection:
            connection.execute(_BIND, {"name": name, "value": value})
            # Read again: another process may have been first.
            return _value(connection, name) or value


def _value(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(_READ, {"name": name}).scalar()
    return value
