"""Leases: who may work on a unit's state now. One holder at a time; a stale holder is refused.

A lease is a promise for `ttl` seconds that its holder renews. Its fencing number only ever grows, so a holder
that slept through a take-over shows an old number and is refused whatever it then tries to record.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.rows import LeaseRow, select_from
from cellwright.ledger.database.sql import Connection, Row, bindparam, text
from cellwright.ledger.lease_values import Held, Holder, Lease, held
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

__all__ = ["Held", "Holder", "Lease", "LeaseLost", "Leases", "check_fencing", "held", "take_lease"]

_NOBODY_EXPECTED = -1
_HELD = text(f"{select_from('leases', LeaseRow)} WHERE unit = :unit AND host IS NOT NULL")

# One statement, so that of two who ask at once the database lets one win.
_TAKE = DialectSql(
    """
    INSERT INTO leases (unit, fencing, host, process_id, process_started, run, expires)
    VALUES (:unit, 1, :host, :process_id, :process_started, :run, {now_ms} + :ttl)
    ON CONFLICT (unit) DO UPDATE SET
        fencing = leases.fencing + 1, host = excluded.host, process_id = excluded.process_id,
        process_started = excluded.process_started, run = excluded.run, expires = excluded.expires
    WHERE leases.host IS NULL OR leases.expires <= {now_ms} OR leases.fencing = :expected
    RETURNING fencing, expires
    """
)
_OWN = "WHERE unit = :unit AND fencing = :fencing AND host IS NOT NULL"
_RENEW = DialectSql(
    """
    UPDATE leases SET expires = {now_ms} + :ttl
    WHERE unit IN :units AND host = :host AND process_id = :process_id
        AND process_started = :process_started AND run = :run
    RETURNING unit, fencing, expires
    """
)
_UNITS = bindparam("units", expanding=True)
_AT_ONCE = 10_000
"""Units that one statement names: databases limit a statement's parameters."""
_RELEASE = text(f"UPDATE leases SET host = NULL {_OWN}")  # noqa: S608  constants
_VALID = DialectSql("SELECT fencing FROM leases WHERE unit = :unit AND host IS NOT NULL{lock}")


class LeaseLost(DiagnosticError):  # noqa: N818 - an answer to a holder, named as the rooms speak of it
    """The caller's lease is no longer the valid one, so nothing was recorded."""

    def __init__(self, unit: UnitAddress, fencing: int) -> None:
        super().__init__(
            error(
                f"the lease {fencing} on {unit} was lost: another process has taken the unit over",
                "see `cellwright runs`; stop this process if the other one is at work",
            )
        )
        self.unit = unit
        self.fencing = fencing


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases of a ledger. `ttl` is in seconds everywhere."""

    database: Database

    def acquire(self, unit: UnitAddress, holder: Holder, ttl: float) -> Lease | Held:
        """Take a free or expired lease, or learn who has it (the caller itself, perhaps)."""
        return self._take(unit, holder, ttl, _NOBODY_EXPECTED)

    def take_over(self, unit: UnitAddress, expected: int, holder: Holder, ttl: float) -> Lease | Held:
        """Take the lease from a holder known to be dead, before it expires.

        `expected` is the dead holder's fencing number: if somebody else was faster, they are the answer.
        """
        return self._take(unit, holder, ttl, expected)

    def renew(self, leases: Collection[Lease], ttl: float) -> dict[UnitAddress, Lease]:
        """Extend the leases of one holder to `ttl` seconds from now, in one statement; return those extended.

        A lease that ran out, but that nobody took, is extended too. One that is missing from the answer was
        lost: somebody else has it, or it was released.
        """
        known = {(str(lease.unit), lease.fencing): lease for lease in leases}
        units = [unit for unit, _ in known]
        rows: list[Row] = []
        with self.database.write() as connection:
            now = self.database.own_time()
            for start in range(0, len(units), _AT_ONCE):
                values = {**_of(next(iter(leases)).holder), "ttl": _milliseconds(ttl), **time_parameters(now)}
                statement = _RENEW.of(connection).bindparams(_UNITS)
                rows += connection.execute(statement, {**values, "units": units[start : start + _AT_ONCE]})
        return {
            lease.unit: replace(lease, expires=_end(now, ttl, row.expires))
            for row in rows
            if (lease := known.get((row.unit, row.fencing)))
        }

    def release(self, lease: Lease) -> bool:
        """Give the lease back; False if it was no longer held."""
        with self.database.write() as connection:
            return connection.execute(_RELEASE, _named(lease)).rowcount > 0

    def check(self, numbers: Mapping[UnitAddress, int]) -> None:
        """Let only the numbers of valid leases pass: before something is written that no number protects.

        Raises:
            LeaseLost: somebody else has taken one of the units over.
        """
        with self.database.write() as connection:
            for unit, fencing in numbers.items():
                check_fencing(connection, unit, fencing)

    def _take(self, unit: UnitAddress, holder: Holder, ttl: float, expected: int) -> Lease | Held:
        with self.database.write() as connection:
            return take_lease(connection, self.database, unit, holder, ttl, expected)


def take_lease(
    connection: Connection,
    database: Database,
    unit: UnitAddress,
    holder: Holder,
    ttl: float,
    expected: int = _NOBODY_EXPECTED,
) -> Lease | Held:
    """Take a lease in the caller's transaction, or learn who has it."""
    # Read inside the transaction: a lease lasts from when it is given.
    now = database.own_time()
    values = {
        "unit": str(unit),
        **_of(holder),
        "ttl": _milliseconds(ttl),
        "expected": expected,
        **time_parameters(now),
    }
    taken = connection.execute(_TAKE.of(connection), values).first()
    if taken is not None:
        return Lease(unit, holder, taken.fencing, _end(now, ttl, taken.expires))
    # PostgreSQL: nobody can have let go between the two, the refused INSERT has locked the row.
    return held(connection.execute(_HELD, {"unit": str(unit)}).one())


def check_fencing(connection: Connection, unit: UnitAddress, fencing: int | None) -> None:
    """Let only the valid lease's number pass; None asks for no check. Holds until the transaction's end.

    Raises:
        LeaseLost: the number is not the valid lease's.
    """
    if fencing is None:
        return
    if connection.execute(_VALID.of(connection), {"unit": str(unit)}).scalar() != fencing:
        raise LeaseLost(unit, fencing)


def _of(holder: Holder) -> dict[str, object]:
    return {
        "host": holder.host,
        "process_id": holder.process_id,
        "process_started": holder.process_started,
        "run": holder.run,
    }


def _named(lease: Lease) -> dict[str, object]:
    return {"unit": str(lease.unit), "fencing": lease.fencing}


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _end(now: datetime | None, ttl: float, recorded: int) -> datetime:
    """When a lease runs out: as recorded; with microseconds where this process took the time."""
    return from_milliseconds(recorded) if now is None else now + timedelta(seconds=ttl)
