"""Leases: who may work on a unit's state now. One holder at a time, and a stale one is found out.

A lease is a promise for `ttl` seconds that its holder renews. Its fencing number only ever grows, so a holder
that slept through a take-over shows an old number and is refused whatever it then tries to record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, text, update
from sqlalchemy.engine import Row

from cellwright.ledger.clock import from_milliseconds, milliseconds
from cellwright.ledger.database import Database
from cellwright.ledger.tables import LEASES
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

_NOBODY_EXPECTED = -1
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    LEASES.c.unit,
    LEASES.c.fencing,
    LEASES.c.host,
    LEASES.c.process_id,
    LEASES.c.process_started,
    LEASES.c.run,
    LEASES.c.expires,
)
_HELD = select(*_COLUMNS).where(LEASES.c.host.is_not(None))

# One statement, so that of two who ask at once the database lets one win.
_TAKE = text(
    """
    INSERT INTO leases (unit, fencing, host, process_id, process_started, run, expires)
    VALUES (:unit, 1, :host, :process_id, :process_started, :run, :expires)
    ON CONFLICT (unit) DO UPDATE SET
        fencing = leases.fencing + 1, host = excluded.host, process_id = excluded.process_id,
        process_started = excluded.process_started, run = excluded.run, expires = excluded.expires
    WHERE leases.host IS NULL OR leases.expires <= :now OR leases.fencing = :expected
    RETURNING fencing
    """
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that works for a run. The start time tells it from a later process with the same number."""

    host: str
    process_id: int
    process_started: str
    """As the host tells it; only ever compared."""
    run: str

    def __str__(self) -> str:
        return f"process {self.process_id} on {self.host} (run {self.run})"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a unit until `expires` (UTC), unless renewed."""

    unit: UnitAddress
    holder: Holder
    fencing: int
    expires: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has the lease: the answer to one who asks for it, and a line in the list of all."""

    unit: UnitAddress
    holder: Holder
    fencing: int
    expires: datetime


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

    def renew(self, lease: Lease, ttl: float) -> Lease:
        """Hold on for `ttl` seconds from now. A lease that ran out, but that nobody took, is renewed.

        Raises:
            LeaseLost: somebody else has it, or it was released.
        """
        with self.database.write() as connection:
            expires = self.database.now(connection) + timedelta(seconds=ttl)
            renewed = connection.execute(_own(lease).values(expires=milliseconds(expires)))
            if renewed.rowcount == 0:
                raise LeaseLost(lease.unit, lease.fencing)
        return Lease(lease.unit, lease.holder, lease.fencing, expires)

    def release(self, lease: Lease) -> bool:
        """Give the lease back; False if it was no longer held."""
        with self.database.write() as connection:
            return connection.execute(_own(lease).values(host=None)).rowcount > 0

    def expired(self) -> tuple[Held, ...]:
        """The leases whose holders have not renewed them in time."""
        with self.database.read() as connection:
            now = milliseconds(self.database.now(connection))
            rows = connection.execute(_HELD.where(LEASES.c.expires <= now).order_by(LEASES.c.unit)).all()
        return tuple(held(row) for row in rows)

    def _take(self, unit: UnitAddress, holder: Holder, ttl: float, expected: int) -> Lease | Held:
        with self.database.write() as connection:
            now = self.database.now(connection)
            expires = now + timedelta(seconds=ttl)
            taken = connection.execute(
                _TAKE,
                {
                    "unit": str(unit),
                    "host": holder.host,
                    "process_id": holder.process_id,
                    "process_started": holder.process_started,
                    "run": holder.run,
                    "expires": milliseconds(expires),
                    "now": milliseconds(now),
                    "expected": expected,
                },
            ).first()
            if taken is not None:
                return Lease(unit, holder, taken.fencing, expires)
            # PostgreSQL: nobody can have let go between the two, the refused INSERT has locked the row.
            return held(connection.execute(_HELD.where(LEASES.c.unit == str(unit))).one())


def all_held(connection: Connection) -> dict[UnitAddress, Held]:
    """Every lease that somebody has, expired ones too."""
    rows = connection.execute(_HELD.order_by(LEASES.c.unit)).all()
    return {item.unit: item for item in map(held, rows)}


def check_fencing(connection: Connection, unit: UnitAddress, fencing: int | None) -> None:
    """Let only the valid lease's number pass; None asks for no check. Holds until the transaction's end.

    Raises:
        LeaseLost: the number is not the valid lease's.
    """
    if fencing is None:
        return
    valid = select(LEASES.c.fencing).where(LEASES.c.unit == str(unit), LEASES.c.host.is_not(None))
    if connection.execute(valid.with_for_update()).scalar() != fencing:
        raise LeaseLost(unit, fencing)


def held(row: Row[Any]) -> Held:
    """A row of `leases` as a value."""
    holder = Holder(row.host, row.process_id, row.process_started, row.run)
    return Held(UnitAddress.parse(row.unit), holder, row.fencing, from_milliseconds(row.expires))


def _own(lease: Lease) -> Any:  # noqa: ANN401 - SQLAlchemy's Update, before its values
    return update(LEASES).where(
        LEASES.c.unit == str(lease.unit),
        LEASES.c.fencing == lease.fencing,
        LEASES.c.host.is_not(None),
    )
