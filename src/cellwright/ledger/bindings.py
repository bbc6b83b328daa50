"""Records to which fleet and which key a ledger belongs, and refuses any other."""

from collections.abc import Callable
from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.key import Key
from cellwright.ledger.ownership import DIGESTS, FLEET, KEY, SCOPED, digester_of, refuse_other_fleet
from cellwright.planning.digest import Digester

_READ = text("SELECT value FROM bindings WHERE name = :name")
_READ_ALL = text("SELECT name, value FROM bindings")
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

    def digester(self, key: Callable[[], Key | None], make: Callable[[], Key]) -> Digester:
        """Give what makes the ledger's digests; a ledger that has none yet is bound to the key, or a new one.

        Raises:
            DiagnosticError: its digests are made with another key, or with one that is lost.
        """
        if self.database.absent:
            # Nothing was ever recorded, so there is nothing to compare with and no key to make.
            return Digester(b"\0")
        found = self._all()
        if KEY not in found:
            check = make().check()
            with self.database.write() as connection:
                # Another process may have been first.
                if _value(connection, KEY) is None:
                    connection.execute(_BIND, {"name": DIGESTS, "value": SCOPED})
                    connection.execute(_BIND, {"name": KEY, "value": check})
            found = self._all()
        return digester_of(found, key(), lambda: self.database.location)

    def _all(self) -> dict[str, str]:
        with self.database.read() as connection:
            return {row.name: row.value for row in connection.execute(_READ_ALL)}

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
