"""A run that is resumed after the world has moved on."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.crashes import runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

STACKS: dict[str, dict[str, str]] = {"a": {}, "b": {}}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, STACKS, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


def test_a_unit_whose_settings_changed_is_resumed_with_those_it_has_now(
    fleet: FleetFolder, cellwright: Program
) -> None:
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "--yes").expect(1)
    fleet.desk.fail("acme-a", really=False)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
    cellwright.run("resume", "--yes").expect(0)
    assert '"acme-a:2"' in fleet.state("client/acme/a").read_text()
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 2


def test_an_apply_that_was_adopted_counts_for_the_settings_it_was_made_with(
    fleet: FleetFolder, cellwright: Program
) -> None:
    with fleet.desk.holding("acme-a"), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", mark="acme-a")
        fleet.desk.until("done", mark="acme-b")
        running.kill()
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
    fleet.desk.until("done", mark="acme-a")

    cellwright.run("resume", "--yes").expect(0)

    (unit,) = cellwright.look("status", "client/acme/a", "--json").document["units"]
    assert unit["status"] == "changed"
    assert unit["reasons"][0]["summary"].startswith("value: unset -> 2")
    assert fleet.desk.count("done")["acme-a"] == 1


def test_a_unit_that_was_switched_off_meanwhile_is_left_alone(
    fleet: FleetFolder, cellwright: Program
) -> None:
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "--yes").expect(1)
    fleet.cell("acme", {"stacks": {"a": {"enabled": False}}})
    answer = cellwright.run("resume", "--yes", "--json").expect(0)
    assert answer.outcomes["client/acme/a"] == "unchanged"
    assert "switched off" in answer.out
    assert fleet.desk.count("begin")["acme-a"] == 1


def test_what_is_switched_on_again_is_not_destroyed_by_an_old_run(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"enabled": False}}})
    fleet.desk.keep("acme-a")
    cellwright.run("apply", "--destroy", "--yes").expect(1)
    fleet.desk.keep("acme-a", really=False)
    fleet.cell("acme")

    answer = cellwright.run("resume", "--yes", "--json").expect(0)

    assert answer.outcomes["client/acme/a"] == "unchanged"
    assert "switched on again" in answer.out
    assert fleet.desk.count("gone").total() == 0
    assert runs(fleet)[0].status.value == "succeeded"
    cellwright.run("apply", "--yes").expect(0)
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 2


def test_a_client_that_is_being_destroyed_is_not_applied_again(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)
    fleet.desk.keep("acme-a")
    cellwright.run("offboard", "acme", "--yes").expect(1)
    fleet.desk.keep("acme-a", really=False)
    assert "client/acme is being destroyed" in cellwright.run("apply", "--yes").expect(1).err
    assert "is being destroyed already" in cellwright.run("offboard", "acme", "--cancel").expect(1).err
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}
    cellwright.run("offboard", "acme", "--yes").expect(0)
    assert fleet.desk.count("gone") == {"acme-a": 1, "acme-b": 1}


def test_an_offboarding_that_nobody_revoked_is_resumed(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)
    fleet.desk.keep("acme-a")
    cellwright.run("offboard", "acme", "--yes").expect(1)
    fleet.desk.keep("acme-a", really=False)
    cellwright.run("resume", "--yes").expect(0)
    assert fleet.desk.count("gone") == {"acme-a": 1, "acme-b": 1}
    cellwright.run("offboard", "acme", "--yes").expect(0)
    assert not (fleet.root / "clients/acme.yaml").exists()
