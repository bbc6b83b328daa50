"""Drift for the golden files."""

from dataclasses import replace
from datetime import UTC, datetime

from cellwright.app.drift.following import Looked
from cellwright.app.drift.listing import UnitHistory, view_of
from cellwright.app.drift.schedules import SchedulesView, ScheduleView
from cellwright.drift.windows import Span
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
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings

FIRST, SEEN = "2026-11-20T02:13:05.000001+00:00", "2026-11-22T03:40:59.000001+00:00"
RUN, LAST = "20261120-020000-3f9a", "20261122-020000-77ab"
UNTIL = 1_798_761_600_000
GROUP = DriftedResource(
    address="aws_security_group.web",
    action="update",
    paths=("ingress[0].cidr_blocks", "tags.owner"),
    digest="d1",
)
GONE = DriftedResource(address='module.network.aws_subnet.private["eu-central-1a"]', action="create")
NOTICED = DriftedResource(address="aws_iam_role.app", action="update", paths=("id",), repaired=False)


def seen(unit: UnitAddress, resource: DriftedResource, **more: object) -> ResourceHistory:
    found = ResourceHistory(
        unit=unit,
        resource=resource,
        first_seen=FIRST,
        first_run=RUN,
        last_seen=SEEN,
        last_run=LAST,
        times=3,
    )
    return replace(found, **more)  # type: ignore[arg-type]  # what a test names


def drifted(cell: str, stack: str, shape: str, *resources: DriftedResource) -> UnitDrift:
    unit = UnitAddress("client", cell, stack)
    return UnitDrift(
        unit=unit,
        result=LookResult.DRIFTED,
        looked_at=SEEN,
        looked_run=LAST,
        shape=shape,
        digest=f"of {unit}",
        counts=ResourceCounts(change=1),
        since=FIRST,
        seen=SEEN,
        run=LAST,
        times=3,
        resources=tuple(seen(unit, item) for item in resources),
    )


ACME = drifted("acme", "network", "a77e5eed" * 8, GONE)
UNKNOWN = UnitDrift(
    unit=UnitAddress("client", "hooli", "app"),
    result=LookResult.UNKNOWN,
    looked_at=SEEN,
    looked_run=LAST,
    why="no valid credential sources found",
)
ACK = Acknowledgement(
    id="1a2b3c4d",
    reason="the auditors' tags go at the end of the year",
    made_by="grace",
    made_at=SEEN,
    until=UNTIL,
    shape="beef" * 16,
)
UNIT_ACK = replace(
    ACK, id="5e6f7a8b", unit="client/acme/app", resource="aws_iam_role.app", shape="", ended_by="ada"
)
VIEW = view_of(
    (
        *(drifted(f"tenant-{number:03}", "app", "5eed" * 16, GROUP) for number in range(1, 41)),
        ACME,
        drifted("initech", "app", "beef" * 16, GROUP),
        UNKNOWN,
    ),
    (ACK,),
    LookCounts(units={LookResult.CLEAN: 18_000, LookResult.DRIFTED: 42, LookResult.UNKNOWN: 1}, oldest=FIRST),
)
NOTHING = view_of((), (), LookCounts(units={LookResult.CLEAN: 60_000}, oldest=FIRST))
NEVER = view_of((), (), LookCounts())
LOOKED = Looked(view=VIEW, units=118, left=2, run=LAST)
UNIT = UnitHistory(
    unit=ACME.unit,
    newest=ACME,
    acknowledged=None,
    history=(
        seen(ACME.unit, GONE),
        seen(ACME.unit, NOTICED),
        seen(ACME.unit, GROUP, closed_at=SEEN, closed_run=LAST, closed_how=Closed.APPLIED),
    ),
)
NOBODY = UnitHistory(unit=ACME.unit, newest=None, acknowledged=None, history=())
NIGHTLY = ScheduleSettings(
    name="nightly",
    cells=("client/*",),
    cron="0 2 * * *",
    zone="Europe/Zurich",
    window=21_600,
    position=Position("fleet.yaml", 9, 5),
)
SPAN = Span(datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC))
WINDOW = Window(
    schedule="nightly",
    begins=1_795_309_200_000,
    ends=1_795_330_800_000,
    run=LAST,
    opened_at=SEEN,
    units=1200,
    left_out=340,
)
SCHEDULES = SchedulesView(
    settings=DriftSettings(schedules=(NIGHTLY,), units_per_hour=200),
    schedules=(
        ScheduleView(settings=NIGHTLY, open=None, next=SPAN, newest=WINDOW),
        ScheduleView(settings=replace(NIGHTLY, name="often"), open=SPAN, next=SPAN, newest=None),
    ),
)
