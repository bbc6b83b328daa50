"""Drift: units, groups, a unit's history, acknowledgements, schedules."""

from datetime import datetime
from typing import Any

from cellwright.app.drift.listing import DriftGroup, UnitHistory
from cellwright.app.drift.schedules import SchedulesView, ScheduleView
from cellwright.drift.windows import Span
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import (
    Acknowledgement,
    Closed,
    LookCounts,
    LookResult,
    ResourceHistory,
    UnitDrift,
    Window,
)
from cellwright.model.address import UnitAddress
from cellwright.model.position import Position
from cellwright.model.runs.drift import DriftedResource
from cellwright.model.runs.plan import counts_from_json
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings

_NOWHERE = Position("fleet.yaml")


def unit_from(item: Any) -> UnitDrift:  # noqa: ANN401  a document, here and below
    """A unit with drift."""
    unit = UnitAddress.parse(item["unit"])
    group = item.get("group")
    return UnitDrift(
        unit=unit,
        result=LookResult(item["result"]),
        looked_at=item["looked_at"],
        looked_run=item["looked_run"],
        why=item["why"],
        shape="" if group in {None, item["unit"]} else group,
        counts=counts_from_json(item["counts"]),
        since=item["since"],
        seen=item["seen"],
        run=item["run"],
        times=item["times"],
        resources=tuple(_resource(unit, one) for one in item["resources"]),
    )


def groups_from(items: list[Any], known: Any) -> tuple[DriftGroup, ...]:  # noqa: ANN401  as above
    """Units in their groups; `known` are the groups as they are listed, with their acknowledgements."""
    acknowledged = {item["group"]: item["acknowledged"] for item in known}
    units: dict[str, list[UnitDrift]] = {}
    for item in items:
        units.setdefault(item["group"], []).append(unit_from(item))
    return tuple(
        DriftGroup(
            shape=members[0].shape,
            units=tuple(members),
            acknowledged=ack_from(found) if (found := acknowledged.get(name)) is not None else None,
        )
        for name, members in units.items()
    )


def looks_from(item: Any) -> LookCounts:  # noqa: ANN401  as above
    """How many units were looked at."""
    units = {LookResult(name): count for name, count in item["looked_at"].items() if count}
    return LookCounts(units=units, oldest=item["oldest_look"])


def history_from(item: Any) -> UnitHistory:  # noqa: ANN401  as above
    """One unit, now and before."""
    unit = UnitAddress.parse(item["unit"])
    newest, acknowledged = item["newest_look"], item["acknowledged"]
    return UnitHistory(
        unit=unit,
        newest=None if newest is None else unit_from(newest),
        acknowledged=None if acknowledged is None else ack_from(acknowledged),
        history=tuple(_resource(unit, one) for one in item["history"]),
    )


def ack_from(item: Any) -> Acknowledgement:  # noqa: ANN401  as above
    """An acknowledgement."""
    return Acknowledgement(
        id=item["id"],
        reason=item["reason"],
        made_by=item["by"],
        made_at=item["at"],
        until=milliseconds(datetime.fromisoformat(item["until"])),
        unit=item["unit"] or "",
        resource=item["resource"] or "",
        shape=item["group"] or "",
        ended_at=item["ended_at"],
        ended_by=item["ended_by"],
    )


def schedules_from(item: Any) -> SchedulesView:  # noqa: ANN401  as above
    """All schedules."""
    views = tuple(map(_schedule, item["schedules"]))
    settings = DriftSettings(
        schedules=tuple(view.settings for view in views), units_per_hour=item["units_per_hour"]
    )
    return SchedulesView(settings=settings, schedules=views)


def _schedule(item: Any) -> ScheduleView:  # noqa: ANN401  as above
    newest = item["newest"]
    return ScheduleView(
        settings=ScheduleSettings(
            name=item["name"],
            cells=tuple(item["cells"]),
            cron=item["cron"],
            zone=item["zone"],
            window=item["window_seconds"],
            position=_NOWHERE,
        ),
        open=_span(item["open"]),
        next=_span(item["next"]),
        newest=None if newest is None else _window(item["name"], newest),
    )


def _span(item: Any) -> Span | None:  # noqa: ANN401  as above
    if item is None:
        return None
    return Span(datetime.fromisoformat(item["begins"]), datetime.fromisoformat(item["ends"]))


def _window(name: str, item: Any) -> Window:  # noqa: ANN401  as above
    return Window(
        schedule=name,
        begins=milliseconds(datetime.fromisoformat(item["begins"])),
        ends=milliseconds(datetime.fromisoformat(item["ends"])),
        run=item["run"],
        units=item["units"],
        left_out=item["left_out"],
    )


def _resource(unit: UnitAddress, item: Any) -> ResourceHistory:  # noqa: ANN401  as above
    how = item["ended_how"]
    return ResourceHistory(
        unit=unit,
        resource=DriftedResource(
            address=item["address"],
            action=item["action"],
            paths=tuple(item["attributes"]),
            repaired=item["repaired_by_apply"],
        ),
        first_seen=item["first_seen"],
        first_run=item["first_run"],
        last_seen=item["last_seen"],
        last_run=item["last_run"],
        times=item["times"],
        closed_at=item["ended_at"],
        closed_run=item["ended_by_run"],
        closed_how=None if how is None else Closed(how),
    )
