"""Drift is acknowledged until a day, by unit, resource or group; another drift shows again."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.drift.acknowledging import AckRequest, acknowledge, end_of, unacknowledge
from cellwright.app.drift.listing import group_named, list_drift, show_unit
from cellwright.app.drift.repairing import RepairRequest, repair_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.drift.values import Look
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError
from cellwright.model.runs.drift import DriftedResource, FoundDrift
from cellwright.model.runs.plan import ResourceCounts
from unit.app.kit import ADA
from unit.app.overview.kit import APP, NETWORK, apply, open_fleet

GLOBEX = UnitAddress("client", "globex", "app")
BUCKET = DriftedResource(address="aws_s3_bucket.logs", action="update", paths=("tags",), digest="d1")
ROLE = DriftedResource(address="aws_iam_role.app", action="update", paths=("path",), digest="d2")
NOTICED = DriftedResource(address="aws_vpc.main", action="update", repaired=False, digest="d3")
FOUND = FoundDrift(
    resources=(BUCKET, ROLE, NOTICED), counts=ResourceCounts(change=2), digest="whole", nameless="alike"
)
REQUEST = AckRequest(reason="known", until="2099-01-01")


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FleetSession:
    monkeypatch.setattr("cellwright.app.drift.acknowledging.LONGEST", end_of.__globals__["LONGEST"] * 200)
    found = open_fleet(tmp_path)
    apply(found, NETWORK, APP, GLOBEX)
    for unit in (APP, GLOBEX):
        record(found, unit, FOUND)
    return found


def record(session: FleetSession, unit: UnitAddress, found: FoundDrift) -> None:
    session.ledger(writing=True).drift.record(Look(unit=unit, run="r1", actor=ADA), found)


def shown(session: FleetSession) -> list[UnitAddress]:
    return [item.unit for item in list_drift(session).units]


def test_equal_drift_is_one_group(session: FleetSession) -> None:
    view = list_drift(session)
    [group] = view.groups
    assert (group.where, len(group.units)) == ("client/*/app", 2)
    assert [item.resource for item in group.resources] == [ROLE, BUCKET]
    assert group_named(view, group.name) == group
    assert group_named(view, group.shape[:4]) == group
    assert list_drift(session, ["client/acme"]).units == group.units[:1]
    with pytest.raises(MissingError):
        group_named(view, "feed")


def test_a_group_is_acknowledged_with_later_units_of_it(session: FleetSession) -> None:
    [group] = list_drift(session).groups
    acknowledge(session, ADA, replace(REQUEST, group=group.name))
    record(session, NETWORK, FOUND)
    assert shown(session) == [NETWORK], "another stack is another shape"
    record(session, APP, replace(FOUND, digest="other", nameless="else"))
    assert sorted(shown(session)) == [NETWORK, APP]
    [left] = list_drift(session).acknowledged
    assert [unit.unit for unit in left.units] == [GLOBEX]


def test_a_unit_is_acknowledged_as_it_is_now(session: FleetSession) -> None:
    found = acknowledge(session, ADA, replace(REQUEST, unit=str(APP)))
    assert shown(session) == [GLOBEX]
    assert show_unit(session, APP).acknowledged == found
    record(session, APP, replace(FOUND, digest="other"))
    assert sorted(shown(session)) == [APP, GLOBEX]
    record(session, APP, FOUND)
    unacknowledge(session, ADA, found.id)
    assert sorted(shown(session)) == [APP, GLOBEX]


def test_a_resource_is_acknowledged_and_the_unit_once_all_are(session: FleetSession) -> None:
    acknowledge(session, ADA, replace(REQUEST, unit=str(APP), resource=BUCKET.address))
    view = list_drift(session)
    own = next(unit for unit in view.units if unit.unit == APP)
    assert [item.resource.address for item in own.resources] == [ROLE.address, NOTICED.address]
    acknowledge(session, ADA, replace(REQUEST, unit=str(APP), resource=ROLE.address))
    assert shown(session) == [GLOBEX]
    changed = replace(ROLE, digest="d9")
    record(session, APP, replace(FOUND, resources=(BUCKET, changed), digest="other"))
    assert sorted(shown(session)) == [APP, GLOBEX]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (replace(REQUEST, unit="client/acme/app", reason=" "), "there is no reason"),
        (replace(REQUEST, unit="client/acme/app", reason="x" * 1001), "over 1000 characters"),
        (REQUEST, "name a unit or a group"),
        (replace(REQUEST, unit="client/acme/app", group="x"), "name a unit or a group"),
        (replace(REQUEST, unit="acme"), "'acme' is no unit"),
        (replace(REQUEST, unit="client/acme/extra"), "no drift of client/acme/extra is known"),
        (replace(REQUEST, group="nothing"), "there is no group of drift 'nothing'"),
        (replace(REQUEST, unit="client/acme/app", resource="aws_s3_bucket.log"), "aws_s3_bucket.logs"),
        (replace(REQUEST, unit="client/acme/app", resource="aws_vpc.main"), "an apply leaves"),
        (replace(REQUEST, unit="client/acme/app", until="2020-01-01"), "is past"),
        (replace(REQUEST, unit="client/acme/app", until="tomorrow"), "is no day and no moment"),
        (replace(REQUEST, unit="client/acme/app", until="2099-01-01T10:00"), "has no time zone"),
        (replace(REQUEST, unit="client/acme/app", until="9999-12-31"), "no usable moment"),
        (replace(REQUEST, unit="client/acme/app", until="9999-12-31T23:59-23:59"), "no usable moment"),
    ],
)
def test_what_can_t_be_acknowledged_is_told_and_nothing_is(
    session: FleetSession, request_: AckRequest, said: str
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        acknowledge(session, ADA, request_)
    assert said in str(caught.value.diagnostics[0])
    assert session.ledger().drift.acknowledgements.newest() == ()


def test_an_end_is_at_most_a_year_away(tmp_path: Path) -> None:
    now = open_fleet(tmp_path).now()
    with pytest.raises(DiagnosticError, match="more than a year away"):
        end_of(now, f"{now.year + 2}-01-01")


def test_a_repair_takes_what_shows_or_the_groups_that_are_named(session: FleetSession) -> None:
    assert repair_of(session, RepairRequest()).only == frozenset({APP, GLOBEX})
    [group] = list_drift(session).groups
    acknowledge(session, ADA, replace(REQUEST, group=group.name))
    with pytest.raises(DiagnosticError, match="there is no drift to repair"):
        repair_of(session, RepairRequest())
    wanted = repair_of(session, RepairRequest(groups=(group.name,)))
    assert (wanted.only, wanted.thorough, wanted.reason) == (
        frozenset({APP, GLOBEX}),
        True,
        "repair of drift",
    )


def test_units_whose_settings_have_changed_are_left_to_an_apply(session: FleetSession) -> None:
    (session.root / "clients/acme.yaml").write_text("account: prod\nstacks: {app: {size: 3}}\n")
    session.refresh()
    assert repair_of(session, RepairRequest()).only == frozenset({GLOBEX})
    with pytest.raises(DiagnosticError, match="settings of all units with drift have changed"):
        repair_of(session, RepairRequest(selectors=("client/acme",)))
