"""Records what people do by hand with a unit's state: that they begin, and what it was like afterwards."""

from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text
from cellwright.ledger.leases import check_fencing
from cellwright.ledger.write.unit_writes import put_applied, put_moved
from cellwright.model.address import UnitAddress
from cellwright.model.applied import BY_HAND, AppliedUnit

# A unit whose last apply failed is no longer up to date in any case, and stays what it is.
_MARK = text(
    "UPDATE heads SET failed = :by_hand WHERE unit = :unit AND failed IS NULL AND fingerprint IS NOT NULL"
)
_KNOWN = text("SELECT 1 FROM heads WHERE unit = :unit")
_UNMARK = text("UPDATE heads SET failed = NULL WHERE unit = :unit AND failed = :by_hand")


@dataclass(frozen=True, slots=True)
class ByHandRecords:
    """One transaction for each fact, under the lease on the unit, whose number is given as `fencing`.

    Every method raises LeaseLost if somebody has taken the unit over, and DiagnosticError when the database
    fails; nothing is recorded then.
    """

    database: Database

    def begin(self, unit: UnitAddress, event: EventDraft, fencing: int, *, changes: bool) -> bool:
        """Record that somebody begins; with `changes` the unit does not count as up to date from now on.

        It is so until `end`, so that nobody who comes after a crash believes it. Tells whether it had counted
        as such before.
        """
        with self.database.write() as connection:
            check_fencing(connection, unit, fencing)
            marked = False
            if changes:
                named = {"unit": str(unit), "by_hand": BY_HAND}
                marked = connection.execute(_MARK, named).rowcount > 0
            append(connection, self.database, event)
            return marked

    def end(
        self,
        unit: UnitAddress,
        event: EventDraft,
        fencing: int,
        *,
        left: AppliedUnit | None = None,
        unmark: bool = False,
    ) -> None:
        """Record how it ended. `left` is the unit as recorded, with the state that it has now.

        `unmark`: nothing was changed, so that it counts again as it did before.
        """
        with self.database.write() as connection:
            check_fencing(connection, unit, fencing)
            if unmark:
                connection.execute(_UNMARK, {"unit": str(unit), "by_hand": BY_HAND})
            if left is not None:
                put_moved(connection, left)
            append(connection, self.database, event)

    def adopt(self, unit: AppliedUnit, event: EventDraft, fencing: int) -> bool:
        """Record a unit whose state was there before; False, and nothing, if it is on record by now."""
        address = unit.head.address
        with self.database.write() as connection:
            check_fencing(connection, address, fencing)
            if connection.execute(_KNOWN, {"unit": str(address)}).first() is not None:
                return False
            put_applied(connection, unit)
            append(connection, self.database, event)
            return True
