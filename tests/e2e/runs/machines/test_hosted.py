"""Runs that are submitted and carried out by a host in this process, with the real Terraform."""

import os
from functools import partial
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.host import QueueHost
from cellwright.app.runs.steering.approve import ApproveRequest, approve, waiting_plans
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.waiting import eventually

ADA = Actor("ada", "test")


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {"acme": {}})


def session_of(fleet: FleetFolder) -> FleetSession:
    return FleetSession(Location(fleet=fleet.root, environment=dict(os.environ)))


def waits(session: FleetSession, run: str, unit: str) -> bool:
    """Tell whether the plan of this unit, and no other, waits for an answer."""
    try:
        return [str(item.unit) for item in waiting_plans(session, run)] == [unit]
    except DiagnosticError:
        return False


def status(session: FleetSession, run: str) -> RunStatus | None:
    found = session.ledger().reader.summary(run)
    return found.status if found else None


@pytest.mark.terraform
def test_while_a_plan_waits_it_lies_in_the_store_alone(tmp_path: Path) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {}}, artifacts={"url": str(tmp_path / "artifacts")})
    with session_of(fleet) as session, QueueHost(session) as host:
        run = submit_apply(session, ADA, ApplyRequest(), host)
        eventually(partial(waits, session, run.id, "client/acme/a"), "the plan")
        eventually(lambda: not any((fleet.home / "work").rglob("*.tfplan")), "its file to go")
        assert len(list((tmp_path / "artifacts").rglob("*.tfplan"))) == 1
        approve(session, ADA, ApproveRequest(run=run.id))
        host.wake(run.id)
        eventually(lambda: status(session, run.id) is RunStatus.SUCCEEDED, "the end")
        record = session.ledger().reader.run_unit(run.id, UnitAddress.parse("client/acme/a"))
        assert record is not None
        assert record.attempt == 1, "it was not planned again"
    assert list((tmp_path / "artifacts").rglob("*.tfplan")) == []


@pytest.mark.terraform
def test_a_run_waits_in_the_ledger_and_goes_on_when_it_is_approved(fleet: FleetFolder) -> None:
    with session_of(fleet) as session, QueueHost(session) as host:
        run = submit_apply(session, ADA, ApplyRequest(), host)
        for unit in ("client/acme/a", "client/acme/b"):
            eventually(partial(waits, session, run.id, unit), f"the plan of {unit}")
            approve(session, ADA, ApproveRequest(run=run.id))
            host.wake(run.id)
        eventually(lambda: status(session, run.id) is RunStatus.SUCCEEDED, "the end")
    assert fleet.desk.lines() == ["begin acme-a", "done acme-a", "begin acme-b", "done acme-b"]


@pytest.mark.terraform
def test_what_was_approved_beforehand_waits_for_a_second_person_where_the_fleet_demands_one(
    fleet: FleetFolder,
) -> None:
    file = fleet.root / "fleet.yaml"
    file.write_text(f"{file.read_text()}\napprovals: {{four_eyes: true}}\n")
    with session_of(fleet) as session, QueueHost(session) as host:
        run = submit_apply(session, ADA, ApplyRequest(), host, "--yes")
        eventually(partial(waits, session, run.id, "client/acme/a"), "the plan of client/acme/a")
        with pytest.raises(DiagnosticError, match="demands a second person"):
            approve(session, ADA, ApproveRequest(run=run.id))
    assert fleet.desk.lines() == []
