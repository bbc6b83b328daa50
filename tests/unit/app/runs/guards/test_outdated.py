from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.runs.guards.outdated import unwanted_destroys
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, UnitResult
from unit.app.kit import APP, applied_event, make_fleet, make_run

OFFBOARDING = make_run("20261122-000000-0000", Operation.DESTROY, RunKind.DESTROY)
TAKING_OFF = make_run("20261122-000000-0000", Operation.DESTROY)
DOOMED = {APP: Operation.DESTROY}


@pytest.fixture
def location(tmp_path: Path) -> Location:
    return make_fleet(tmp_path, acme="{}\n")


@pytest.fixture
def fleet(location: Location) -> Iterator[OpenFleet]:
    with FleetSession(location) as session:
        yield session.open(writing=True)


def apply(fleet: OpenFleet, run: Run) -> None:
    unit = AppliedUnit(
        head=AppliedHead(address=APP, fingerprint="f"),
        source_digest="s",
        source_label="l",
        backend_digest="b",
        inputs={},
        outputs={},
    )
    fleet.ledger.recorder.record_applied(
        unit, UnitResult(APP, Outcome.APPLIED), run.id, applied_event(run.id)
    )


def test_an_offboarding_goes_on_though_its_units_are_switched_on(fleet: OpenFleet) -> None:
    fleet.ledger.recorder.start_run(OFFBOARDING)
    assert unwanted_destroys(fleet, OFFBOARDING, DOOMED) == {}


def test_a_unit_that_is_switched_on_is_kept_by_any_other_run(fleet: OpenFleet) -> None:
    fleet.ledger.recorder.start_run(TAKING_OFF)
    found = unwanted_destroys(fleet, TAKING_OFF, DOOMED)
    assert "switched on again" in found[APP].summary


def test_a_unit_that_is_off_or_gone_is_destroyed(tmp_path: Path) -> None:
    location = make_fleet(tmp_path, acme="stacks: {app: {enabled: false}}\n")
    with FleetSession(location) as session:
        fleet = session.open(writing=True)
        fleet.ledger.recorder.start_run(TAKING_OFF)
        assert unwanted_destroys(fleet, TAKING_OFF, DOOMED) == {}


def test_a_unit_that_was_applied_since_is_kept(fleet: OpenFleet) -> None:
    fleet.ledger.recorder.start_run(OFFBOARDING)
    later = make_run("20200101-000000-0000")  # its clock is wrong; the order of events is not
    fleet.ledger.recorder.start_run(later)
    apply(fleet, later)
    found = unwanted_destroys(fleet, OFFBOARDING, DOOMED)
    assert "applied again since" in found[APP].summary


def test_a_unit_that_was_applied_before_is_destroyed(fleet: OpenFleet) -> None:
    earlier = make_run("20991231-000000-0000")
    fleet.ledger.recorder.start_run(earlier)
    apply(fleet, earlier)
    fleet.ledger.recorder.start_run(OFFBOARDING)
    assert unwanted_destroys(fleet, OFFBOARDING, DOOMED) == {}


def test_applies_are_never_outdated(fleet: OpenFleet) -> None:
    run = make_run("20261122-000000-0000")
    fleet.ledger.recorder.start_run(run)
    assert unwanted_destroys(fleet, run, {APP: Operation.APPLY}) == {}
