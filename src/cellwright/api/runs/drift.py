"""Drift as JSON."""

from collections.abc import Sequence

from cellwright.app.drift.following import Looked
from cellwright.app.drift.listing import DriftGroup, DriftView, UnitHistory
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.drift.values import Acknowledgement, LookResult, ResourceHistory, UnitDrift
from cellwright.model.runs.plan import counts_to_json
from cellwright.model.value import Json


def drift(found: DriftView) -> dict[str, Json]:
    """`drift`: equal drift in groups, what is acknowledged, and what nothing is known of."""
    return {
        "groups": [group(item) for item in found.groups],
        "acknowledged": [group(item) for item in found.acknowledged],
        "unknown": [
            {"unit": str(item.unit), "looked_at": item.looked_at, "run": item.looked_run, "why": item.why}
            for item in found.unknown
        ],
        "looked_at": {result.value: found.counts.units.get(result, 0) for result in LookResult},
        "oldest_look": found.counts.oldest,
    }


def looked(found: Looked) -> dict[str, Json]:
    """`drift run`: what was looked at, and what was found."""
    return {
        **drift(found.view),
        "run": found.run or None,
        "units": found.units,
        "left": found.left,
    }


def group(found: DriftGroup) -> dict[str, Json]:
    """Units with equal drift."""
    return {
        "group": found.name,
        "where": found.where,
        "since": found.since,
        "seen": found.seen,
        "units": [unit(item) for item in found.units],
        "acknowledged": None if found.acknowledged is None else acknowledgement(found.acknowledged),
    }


def unit(found: UnitDrift) -> dict[str, Json]:
    """One unit with drift."""
    return {
        "unit": str(found.unit),
        "result": found.result.value,
        "looked_at": found.looked_at,
        "why": found.why,
        "since": found.since,
        "seen": found.seen,
        "run": found.run,
        "times": found.times,
        "counts": counts_to_json(found.counts),
        "resources": [resource(item) for item in found.resources],
    }


def resource(found: ResourceHistory) -> dict[str, Json]:
    """One resource, from its first look to its last; no values."""
    return {
        "address": found.resource.address,
        "action": found.resource.action,
        "attributes": list(found.resource.paths),
        "repaired_by_apply": found.resource.repaired,
        "first_seen": found.first_seen,
        "first_run": found.first_run,
        "last_seen": found.last_seen,
        "last_run": found.last_run,
        "times": found.times,
        "ended_at": found.closed_at,
        "ended_by_run": found.closed_run,
        "ended_how": None if found.closed_how is None else found.closed_how.value,
    }


def unit_history(found: UnitHistory) -> dict[str, Json]:
    """`drift show`: one unit, now and before."""
    return {
        "unit": str(found.unit),
        "newest_look": None if found.newest is None else unit(found.newest),
        "acknowledged": None if found.acknowledged is None else acknowledgement(found.acknowledged),
        "history": [resource(item) for item in found.history],
    }


def acknowledgements(found: Sequence[Acknowledgement]) -> dict[str, Json]:
    """`drift acks`: the newest first."""
    return {"acknowledgements": [acknowledgement(item) for item in found]}


def acknowledgement(found: Acknowledgement) -> dict[str, Json]:
    """One acknowledgement."""
    return {
        "id": found.id,
        "unit": found.unit or None,
        "resource": found.resource or None,
        "group": found.shape[:12] or None,
        "reason": found.reason,
        "by": found.made_by,
        "at": found.made_at,
        "until": from_milliseconds(found.until).isoformat(timespec="seconds"),
        "ended_at": found.ended_at,
        "ended_by": found.ended_by,
    }
