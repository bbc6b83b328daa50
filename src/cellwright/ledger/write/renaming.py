"""Gives all that the ledger records of a cell to its new name, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.leases import check_fencing
from cellwright.ledger.moves import Move, MovePhase, end_move, enter_phase
from cellwright.ledger.write.unit_writes import forget, put_applied
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit

_OF_UNITS = tuple(
    text(f"UPDATE {table} SET unit = :new WHERE unit = :old")  # noqa: S608  names of our own tables
    for table in ("drift_units", "drift_resources", "drift_acknowledged")
)
_OF_CELLS = tuple(
    text(f"UPDATE {table} SET cell = :new WHERE cell = :old")  # noqa: S608  as above
    for table in ("blocks", "placements", "clients", "legal_holds")
)
# What a name that nobody has any more has left: else two rows would have one key.
_LEFT_OF_UNIT = text("DELETE FROM drift_units WHERE unit = :new")
_LEFT_OF_CELL = tuple(
    text(f"DELETE FROM {table} WHERE cell = :new")  # noqa: S608  as above
    for table in ("placements", "clients")
)
_PLACED_IN = text("UPDATE placements SET place = :new WHERE place = :old")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """What is recorded when a cell has its new name."""

    cells: Mapping[str, str]
    """Former and new names of the cells, as text."""
    units: Mapping[UnitAddress, AppliedUnit]
    """By their former addresses, what is recorded of them from now on."""
    others: Sequence[AppliedUnit]
    """Units of other cells that depend on them, with the new names in what is recorded of them."""
    events: Sequence[EventDraft]


@dataclass(frozen=True, slots=True)
class Renaming:
    """Records renamed cells."""

    database: Database

    def record(self, move: Move, renamed: Renamed, leases: Mapping[UnitAddress, int]) -> None:
        """Record all of it at once, under the leases on the units of both names.

        What was recorded before of runs, certificates and the trail stays under the former name.

        Raises:
            LeaseLost: somebody else has taken one of the units over.
        """
        with self.database.write() as connection:
            for unit, fencing in leases.items():
                check_fencing(connection, unit, fencing)
            for former, now in renamed.units.items():
                _rename_unit(connection, former, now)
            for other in renamed.others:
                put_applied(connection, other)
            for old, new in renamed.cells.items():
                for statement in (*_LEFT_OF_CELL, *_OF_CELLS, _PLACED_IN):
                    connection.execute(statement, {"old": old, "new": new})
            enter_phase(connection, move, MovePhase.MOVED)
            for event in renamed.events:
                append(connection, self.database, event)

    def record_units(self, units: Sequence[AppliedUnit], leases: Mapping[UnitAddress, int]) -> None:
        """Record units of which only what is recorded changes.

        Raises:
            LeaseLost: somebody else has taken one of the units over.
        """
        with self.database.write() as connection:
            for unit, fencing in leases.items():
                check_fencing(connection, unit, fencing)
            for item in units:
                put_applied(connection, item)

    def record_split(
        self,
        move: Move,
        units: Sequence[AppliedUnit],
        events: Sequence[EventDraft],
        leases: Mapping[UnitAddress, int],
    ) -> None:
        """Record the versions of two states between which resources were moved, and end the move.

        Raises:
            LeaseLost: somebody else has taken one of the units over.
        """
        with self.database.write() as connection:
            for unit, fencing in leases.items():
                check_fencing(connection, unit, fencing)
            for item in units:
                put_applied(connection, item)
            end_move(connection, move)
            for event in events:
                append(connection, self.database, event)


def _rename_unit(connection: Connection, former: UnitAddress, now: AppliedUnit) -> None:
    forget(connection, former)
    put_applied(connection, now)
    for statement in (_LEFT_OF_UNIT, *_OF_UNITS):
        connection.execute(statement, {"old": str(former), "new": str(now.head.address)})
