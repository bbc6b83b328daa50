"""Drift in a ledger: what looks find is recorded with its events, and read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.audit import append
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.resource_counts import load_counts
from cellwright.ledger.database.rows import load_address
from cellwright.ledger.database.sql import text
from cellwright.ledger.drift.acknowledgements import Acknowledgements
from cellwright.ledger.drift.findings import put_found, put_unknown
from cellwright.ledger.drift.values import Closed, Look, LookCounts, LookResult, ResourceHistory, UnitDrift
from cellwright.ledger.drift.windows import Windows
from cellwright.ledger.leases import check_fencing
from cellwright.model.address import UnitAddress
from cellwright.model.runs.drift import DriftedResource, FoundDrift
from cellwright.model.text.json_text import read_json

_COLUMNS = "unit, result, looked_at, looked_run, why, shape, digest, counts, since, seen, run, times"
_SHOWN = text(
    f"SELECT {_COLUMNS} FROM drift_units"  # noqa: S608  constants
    " WHERE since IS NOT NULL OR result = 'unknown' ORDER BY unit"
)
_ONE = text(f"SELECT {_COLUMNS} FROM drift_units WHERE unit = :unit")  # noqa: S608  a constant
_RESOURCE = (
    "unit, address, action, repaired, paths, digest, first_seen, first_run, last_seen, last_run, times,"
    " closed_at, closed_run, closed_how"
)
# From these units to their resources: others may have many, too, that Terraform has only noticed.
_OPEN = text(
    f"SELECT {_RESOURCE} FROM"  # noqa: S608  constants
    " (SELECT unit AS shown FROM drift_units WHERE since IS NOT NULL"
    " UNION SELECT unit FROM drift_units WHERE result = 'unknown') units"
    " CROSS JOIN drift_resources WHERE unit = shown AND closed_at IS NULL"
    " ORDER BY unit, repaired DESC, address"
)
_OF_UNIT = text(
    f"SELECT {_RESOURCE} FROM drift_resources WHERE unit = :unit"  # noqa: S608  a constant
    " ORDER BY last_seen DESC, repaired DESC, address LIMIT :limit"
)
_COUNTS = text("SELECT result, count(*) AS units, min(looked_at) AS oldest FROM drift_units GROUP BY result")
_LOOKED = text("SELECT unit, looked_at FROM drift_units")
_MOST_HISTORY = 500


@dataclass(frozen=True, slots=True)
class Drifts:
    """Drift in a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    @property
    def acknowledgements(self) -> Acknowledgements:
        """What people have acknowledged."""
        return Acknowledgements(self.database)

    @property
    def windows(self) -> Windows:
        """The windows of schedules that were opened."""
        return Windows(self.database)

    def record(self, look: Look, found: FoundDrift, fencing: int | None = None) -> None:
        """Record what a look has found, under the lease on the unit.

        Event `unit.drifted` where drift is new or another one than before, `unit.drift_gone` once it is gone.

        Raises:
            LeaseLost: somebody else has the lease by now.
        """
        with self.database.write() as connection:
            check_fencing(connection, look.unit, fencing)
            for event in put_found(connection, self.database, look, found):
                append(connection, self.database, event)

    def record_unknown(self, look: Look, why: str, fencing: int | None = None) -> None:
        """Record that a look has failed. Raises as `record`."""
        with self.database.write() as connection:
            check_fencing(connection, look.unit, fencing)
            put_unknown(connection, self.database, look, why)

    def shown(self) -> tuple[UnitDrift, ...]:
        """Give the units that have drift, and those of which nothing is known, with what is open of them."""
        with self.database.read() as connection:
            rows = connection.execute(_SHOWN).all()
            resources: dict[str, list[ResourceHistory]] = {}
            for row in connection.execute(_OPEN).all() if rows else ():
                resources.setdefault(row.unit, []).append(_resource(row))
        return tuple(_unit(row, resources.get(row.unit, ())) for row in rows)

    def of_unit(self, unit: UnitAddress) -> UnitDrift | None:
        """Give the newest look at a unit; None if nobody has looked."""
        with self.database.read() as connection:
            row = connection.execute(_ONE, {"unit": str(unit)}).first()
            limits = {"unit": str(unit), "limit": _MOST_HISTORY}
            found = connection.execute(_OF_UNIT, limits).all() if row is not None else ()
        if row is None:
            return None
        return _unit(row, [_resource(item) for item in found if item.closed_at is None])

    def history(self, unit: UnitAddress) -> tuple[ResourceHistory, ...]:
        """Give the resources of a unit that have drift or had some, those seen last first."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_UNIT, {"unit": str(unit), "limit": _MOST_HISTORY}).all()
        return tuple(map(_resource, rows))

    def counts(self) -> LookCounts:
        """Count the units by what the newest look has told."""
        with self.database.read() as connection:
            rows = connection.execute(_COUNTS).all()
        return _counts(rows)

    def looked(self) -> dict[str, str]:
        """Tell when each unit was looked at last."""
        with self.database.read() as connection:
            return {row.unit: row.looked_at for row in connection.execute(_LOOKED).all()}


@reads("drift")
def _counts(rows: Sequence[Any]) -> LookCounts:
    return LookCounts(
        units={LookResult(row.result): row.units for row in rows},
        oldest=min((row.oldest for row in rows), default=None),
    )


@reads("a unit's drift")
def _unit(row: Any, resources: Iterable[ResourceHistory]) -> UnitDrift:  # noqa: ANN401  a row
    return UnitDrift(
        unit=load_address(row.unit),
        result=LookResult(row.result),
        looked_at=row.looked_at,
        looked_run=row.looked_run,
        why=row.why,
        shape=row.shape,
        digest=row.digest,
        counts=load_counts(row.counts),
        since=row.since,
        seen=row.seen,
        run=row.run,
        times=row.times,
        resources=tuple(resources),
    )


@reads("a resource's drift")
def _resource(row: Any) -> ResourceHistory:  # noqa: ANN401  a row
    return ResourceHistory(
        unit=load_address(row.unit),
        resource=DriftedResource(
            address=row.address,
            action=row.action,
            paths=tuple(str(path) for path in read_json(row.paths)),
            repaired=bool(row.repaired),
            digest=row.digest,
        ),
        first_seen=row.first_seen,
        first_run=row.first_run,
        last_seen=row.last_seen,
        last_run=row.last_run,
        times=row.times,
        closed_at=row.closed_at,
        closed_run=row.closed_run,
        closed_how=Closed(row.closed_how) if row.closed_how is not None else None,
    )
