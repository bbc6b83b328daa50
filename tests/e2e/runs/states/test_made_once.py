"""What a use case that runs Terraform makes: one load, one toolchain, one database engine."""

from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardRequest, offboard
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest, plan
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.resume import ResumeRequest, resume
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunStatus
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from unit.app.counting import Made

ADA = Actor("ada", "test")
BOB = Actor("bob", "test")
ONCE = {
    "loads": 1,
    "stacks": 1,
    "policies": 1,
    "toolchains": 1,
    "databases": 1,
    "schemas": 1,
}
POOLS = {"pools": {"clients": {"cidr": "10.64.0.0/16", "size": 24}}}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def fleet_with(tmp_path: Path, program: Start, **more: object) -> tuple[FleetFolder, Location]:
    fleet = make_fleet(tmp_path, {"a": {}}, {"first": {}}, **more)
    cellwright = program(fleet)
    cellwright.commit_all()
    return fleet, location_of(cellwright)


def location_of(cellwright: Program) -> Location:
    return Location(fleet=cellwright.fleet.root, environment=cellwright.clean())


@pytest.fixture
def there(tmp_path: Path, program: Start) -> tuple[FleetFolder, Location]:
    return fleet_with(tmp_path, program)


def succeeded(report: RunReport | None) -> None:
    assert report is not None
    assert report.run.status is RunStatus.SUCCEEDED, report.results


def test_plan_and_apply(there: tuple[FleetFolder, Location], made: Made) -> None:
    _, location = there
    with FleetSession(location) as session:
        succeeded(plan(session, ADA, PlanRequest(), Conversation()))
        assert made() == ONCE
        succeeded(apply(session, ADA, ApplyRequest(), Conversation()))
        assert made() == {}
    one = ApplyRequest(selection=Selection(["client/first"]))
    with FleetSession(location) as session:
        succeeded(apply(session, ADA, one, Conversation()))
        # Nothing is left to do, so no program is looked for.
        assert made() == {name: count for name, count in ONCE.items() if name != "toolchains"}


def test_resume_is_recorded_for_whoever_resumes(there: tuple[FleetFolder, Location], made: Made) -> None:
    fleet, location = there
    fleet.desk.fail("first-a")
    with FleetSession(location) as session:
        failed = apply(session, ADA, ApplyRequest(), Conversation())
        assert failed.run.status is RunStatus.FAILED
    fleet.desk.fail("first-a", really=False)
    made()
    with FleetSession(location) as session:
        succeeded(resume(session, BOB, ResumeRequest(), Conversation()))
        assert made() == ONCE
        applied = [item for item in session.ledger().reader.events() if item.action == "unit.applied"]
        assert [item.actor for item in applied] == ["bob"]


def test_onboard_and_offboard(there: tuple[FleetFolder, Location], made: Made) -> None:
    _, location = there
    with FleetSession(location) as session:
        succeeded(onboard(session, ADA, OnboardRequest(name="acme"), Conversation()))
        assert made() == ONCE
        succeeded(offboard(session, BOB, OffboardRequest(name="acme"), Conversation()).report)
        assert made() == {"loads": 1}  # it looks again before the settings go
    with FleetSession(location) as session:
        succeeded(onboard(session, ADA, OnboardRequest(name="globex"), Conversation()))
    made()
    with FleetSession(location) as session:
        succeeded(offboard(session, ADA, OffboardRequest(name="globex"), Conversation()).report)
        assert made() == {**ONCE, "loads": 2}  # it looks again before the settings go


def test_onboard_loads_again_once_it_has_given_addresses(tmp_path: Path, program: Start, made: Made) -> None:
    fleet, location = fleet_with(tmp_path, program, addresses=POOLS)
    fleet.write("clients/first.yaml", "addresses: {clients: 10.64.0.0/24}\n")
    program(fleet).commit_all()
    with FleetSession(location) as session:
        succeeded(onboard(session, ADA, OnboardRequest(name="acme"), Conversation()))
        assert made() == {**ONCE, "loads": 2}
        assert "10.64.1.0/24" in (fleet.root / "clients/acme/client.yaml").read_text()
