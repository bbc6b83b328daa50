"""Drift as JSON."""

from collections.abc import Sequence

from cellwright.api.runs.report import resource_counts
from cellwright.app.drift.following import Looked
from cellwright.app.drift.listing import DriftGroup, DriftView, UnitHistory
from cellwright.app.drift.schedules import SchedulesView
from cellwright.drift.windows import Span
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.drift.values import (
    Acknowledgement,
    LookCounts,
    LookResult,
    ResourceHistory,
    UnitDrift,
    Window,
)
from cellwright.model.value import Json


def drift(found: DriftView) -> dict[str, Json]:
    """`drift`: equal drift in groups, what is acknowledged, and what nothing is known of."""
    return {
        "groups": [group(item) for item in found.groups],
        "acknowledged": [group(item) for item in found.acknowledged],
        "unknown": [unknown(item) for item in found.unknown],
        **looks(found.counts),
    }


def looks(found: LookCounts) -> dict[str, Json]:
    """How many units were looked at, by what the newest look has told."""
    return {
        "looked_at": {result.value: found.units.get(result, 0) for result in LookResult},
        "oldest_look": found.oldest,
    }


def page(found: Sequence[tuple[UnitDrift, DriftGroup | None]], following: str | None) -> dict[str, Json]:
    """A page of units, each with its group; `next` is null on the last one."""
    rows: list[Json] = [
        {
            **unit(item),
            "group": None if of is None else of.name,
            "acknowledged": of is not None and of.acknowledged is not None,
        }
        for item, of in found
    ]
    return {"drift": rows, "next": following}


def unknown(found: UnitDrift) -> dict[str, Json]:
    """A unit whose newest look has failed."""
    return {
        "unit": str(found.unit),
        "looked_at": found.looked_at,
        "run": found.looked_run,
        "why": found.why,
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


def group_in_short(found: DriftGroup) -> dict[str, Json]:
    """A group without its units: what differs, by the example of the first."""
    return {
        "group": found.name,
        "where": found.where,
        "count": len(found.units),
        "examples": [str(item.unit) for item in found.units[:5]],
        "since": found.since,
        "seen": found.seen,
        "counts": resource_counts(found.counts),
        "resources": [resource(item) for item in found.resources],
        "acknowledged": None if found.acknowledged is None else acknowledgement(found.acknowledged),
    }


def groups(found: DriftView) -> dict[str, Json]:
    """Equal drift in groups, the largest first; those that are acknowledged come last."""
    return {
        "groups": [group_in_short(item) for item in (*found.groups, *found.acknowledged)],
        **looks(found.counts),
    }


def schedules(found: SchedulesView) -> dict[str, Json]:
    """`drift schedules`: when each looks next, and its newest window."""
    return {
        "units_per_hour": found.settings.units_per_hour,
        "schedules": [
            {
                "name": item.settings.name,
                "cells": list(item.settings.cells),
                "cron": item.settings.cron,
                "zone": item.settings.zone,
                "window_seconds": item.settings.window,
                "open": _span(item.open),
                "due": item.is_due,
                "next": _span(item.next),
                "newest": None if item.newest is None else _window(item.newest),
            }
            for item in found.schedules
        ],
    }


def _span(found: Span | None) -> Json:
    if found is None:
        return None
    return {"begins": found.begin.isoformat(), "ends": found.end.isoformat()}


def _window(found: Window) -> Json:
    return {
        "begins": from_milliseconds(found.begins).isoformat(),
        "ends": from_milliseconds(found.ends).isoformat(),
        "run": found.run,
        "units": found.units,
        "left_out": found.left_out,
    }


def unit(found: UnitDrift) -> dict[str, Json]:
    """One unit with drift."""
    return {
        "unit": str(found.unit),
        "result": found.result.value,
        "looked_at": found.looked_at,
        "looked_run": found.looked_run,
        "why": found.why,
        "since": found.since,
        "seen": found.seen,
        "run": found.run,
        "times": found.times,
        "counts": resource_counts(found.counts),
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
        "group": found.group or None,
        "reason": found.reason,
        "by": found.made_by,
        "at": found.made_at,
        "until": from_milliseconds(found.until).isoformat(timespec="seconds"),
        "ended_at": found.ended_at,
        "ended_by": found.ended_by,
    }
