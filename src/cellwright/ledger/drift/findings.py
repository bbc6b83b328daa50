"""Writes down what a look at a unit has found, inside the caller's transaction."""

from collections.abc import Mapping
from typing import Any

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.resource_counts import dump_counts
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.drift.values import Closed, Look, LookResult
from cellwright.model.address import UnitAddress
from cellwright.model.runs.drift import OUTPUT, DriftedResource, FoundDrift, shape_digest
from cellwright.model.runs.event import UNIT_DRIFT_GONE, UNIT_DRIFTED
from cellwright.model.runs.plan import counts_to_json
from cellwright.model.runs.run import Operation
from cellwright.model.value import Json

_NAMED = 20
"""So many resources that differ are named in an event."""
MOST_RESOURCES = 500
"""Of one unit that are kept: more of them say no more."""

_KNOWN = text("SELECT digest, since, times FROM drift_units WHERE unit = :unit")
_OPEN = text("SELECT address, digest FROM drift_resources WHERE unit = :unit AND closed_at IS NULL")
_PUT = text(
    "INSERT INTO drift_units"
    " (unit, result, looked_at, looked_run, why, shape, digest, counts, since, seen, run, times)"
    " VALUES (:unit, :result, :now, :run, '', :shape, :digest, :counts, :since, :seen, :seen_run, :times)"
    " ON CONFLICT (unit) DO UPDATE SET result = excluded.result, looked_at = excluded.looked_at,"
    " looked_run = excluded.looked_run, why = '', shape = excluded.shape, digest = excluded.digest,"
    " counts = excluded.counts, since = excluded.since, seen = excluded.seen, run = excluded.run,"
    " times = excluded.times"
)
_PUT_UNKNOWN = text(
    "INSERT INTO drift_units (unit, result, looked_at, looked_run, why, shape, digest, times)"
    " VALUES (:unit, 'unknown', :now, :run, :why, '', '', 0)"
    " ON CONFLICT (unit) DO UPDATE SET result = 'unknown', looked_at = excluded.looked_at,"
    " looked_run = excluded.looked_run, why = excluded.why"
)
_PUT_RESOURCE = text(
    "INSERT INTO drift_resources (unit, address, first_seen, action, repaired, paths, digest, first_run,"
    " last_seen, last_run, times)"
    " VALUES (:unit, :address, :now, :action, :repaired, :paths, :digest, :run, :now, :run, 1)"
)
_SEE_RESOURCE = text(
    "UPDATE drift_resources SET action = :action, repaired = :repaired, paths = :paths, digest = :digest,"
    " last_seen = :now, last_run = :run, times = times + 1"
    " WHERE unit = :unit AND address = :address AND closed_at IS NULL"
)
_CLOSE = (
    "UPDATE drift_resources SET closed_at = :now, closed_run = :run, closed_how = :how"
    " WHERE unit = :unit AND closed_at IS NULL"
)
_CLOSE_ALL = text(_CLOSE)
_CLOSE_REPAIRED = text(f"{_CLOSE} AND repaired = 1")
_CLOSE_ONE = text(f"{_CLOSE} AND address = :address")
_APPLIED = text(
    "UPDATE drift_units SET result = 'clean', looked_at = :now, looked_run = :run, why = '', shape = '',"
    " digest = '', counts = NULL, since = NULL, seen = NULL, run = NULL, times = 0 WHERE unit = :unit"
)
_FORGET = text("DELETE FROM drift_units WHERE unit = :unit")


def put_found(
    connection: Connection, database: Database, look: Look, found: FoundDrift
) -> tuple[EventDraft, ...]:
    """Write down what a look has found; gives the events about what is new, has changed, or is gone."""
    now = iso(database.now(connection))
    unit = str(look.unit)
    known = connection.execute(_KNOWN, {"unit": unit}).first()
    drifted_before = known is not None and known.since is not None
    changed = found.is_drift and (not drifted_before or _differs(known, found, connection, unit))
    _put_unit(connection, look, found, known if drifted_before else None, now)
    _put_resources(connection, look, found, now)
    if changed:
        return (_drifted(look, found, again=drifted_before),)
    if drifted_before and not found.is_drift:
        detail: dict[str, Json] = {"run": look.run}
        return (EventDraft(look.actor, UNIT_DRIFT_GONE, unit, look.reason, detail),)
    return ()


def put_unknown(connection: Connection, database: Database, look: Look, why: str) -> None:
    """Write down that Terraform could not look; what was known of the unit's drift stays."""
    values = {
        "unit": str(look.unit),
        "now": iso(database.now(connection)),
        "run": look.run,
        "why": plain_text(why),
    }
    connection.execute(_PUT_UNKNOWN, values)


def close_drift(connection: Connection, database: Database, unit: UnitAddress, run: str, how: Closed) -> None:
    """End the drift of a unit that was applied, found to be as its settings say, or destroyed.

    Where nothing was applied, what Terraform has only noticed stays.
    """
    values = {"unit": str(unit), "run": run, "how": how.value, "now": iso(database.now(connection))}
    connection.execute(_CLOSE_REPAIRED if how is Closed.GONE else _CLOSE_ALL, values)
    connection.execute(_FORGET if how is Closed.DESTROYED else _APPLIED, values)


def _differs(known: Any, found: FoundDrift, connection: Connection, unit: str) -> bool:  # noqa: ANN401  a row
    """Tell whether drift is another one than before; without digests, whether other resources have it."""
    if found.digest:
        return bool(known.digest != found.digest)
    before = {row.address for row in connection.execute(_OPEN, {"unit": unit}).all()}
    return before != {item.address for item in _kept(found)}


def _put_unit(
    connection: Connection,
    look: Look,
    found: FoundDrift,
    before: Any,  # noqa: ANN401  a row
    now: str,
) -> None:
    drift = found.is_drift
    shape = shape_digest(Operation.APPLY, look.unit, found.nameless) if drift else ""
    values = {
        "unit": str(look.unit),
        "result": (LookResult.DRIFTED if drift else LookResult.CLEAN).value,
        "now": now,
        "run": look.run,
        "shape": shape,
        "digest": found.digest if drift else "",
        "counts": dump_counts(found.counts) if drift else None,
        "since": (before.since if before is not None else now) if drift else None,
        "seen": now if drift else None,
        "seen_run": look.run if drift else None,
        "times": (before.times if before is not None else 0) + 1 if drift else 0,
    }
    connection.execute(_PUT, values)


def _put_resources(connection: Connection, look: Look, found: FoundDrift, now: str) -> None:
    unit = str(look.unit)
    open_before = {row.address for row in connection.execute(_OPEN, {"unit": unit}).all()}
    kept = {item.address: item for item in _kept(found)}
    base = {"unit": unit, "run": look.run, "now": now}
    for address, item in kept.items():
        statement = _SEE_RESOURCE if address in open_before else _PUT_RESOURCE
        connection.execute(statement, {**base, **_row(item)})
    for address in open_before - kept.keys():
        connection.execute(_CLOSE_ONE, {**base, "how": Closed.GONE.value, "address": address})


def _kept(found: FoundDrift) -> tuple[DriftedResource, ...]:
    return found.resources[:MOST_RESOURCES]


def _row(item: DriftedResource) -> Mapping[str, object]:
    return {
        "address": plain_text(item.address),
        "action": item.action,
        "repaired": int(item.repaired),
        "paths": dump([plain_text(path) for path in item.paths]),
        "digest": item.digest,
    }


def _drifted(look: Look, found: FoundDrift, *, again: bool) -> EventDraft:
    """The event about drift that is new, or another one than before; resources are named without values."""
    repaired = [item.address for item in found.resources if item.repaired]
    outputs = [address.removeprefix(OUTPUT) for address in repaired if address.startswith(OUTPUT)]
    resources = [address for address in repaired if not address.startswith(OUTPUT)]
    detail: dict[str, Json] = {
        "run": look.run,
        "counts": counts_to_json(found.counts),
        "resources": list(resources[:_NAMED]),
        "outputs": list(outputs[:_NAMED]),
        **({"changed": True} if again else {}),
    }
    return EventDraft(look.actor, UNIT_DRIFTED, str(look.unit), look.reason, detail)
