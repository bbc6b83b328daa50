"""What is applied is what the commit says that is recorded with it, or the record says that it is not."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import events
from e2e.kit.program import Program

UNIT = "client/acme/a"


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    fleet.write(".gitignore", ".cellwright/\n")
    started = program(fleet)
    started.commit_all()
    return started


def started(fleet: FleetFolder) -> list[dict[str, object]]:
    return [dict(event.detail) for event in events(fleet.ledger) if event.action == "run.started"]


def test_what_is_not_committed_is_not_applied_unless_that_is_allowed(
    cellwright: Program, fleet: FleetFolder, tmp_path: Path
) -> None:
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
    saved = str(tmp_path / "saved")

    refused = cellwright.look("apply", "--yes").expect(1)
    planned = cellwright.run("plan", "-o", saved).expect(0)
    of_plan = cellwright.look("apply", "--plan", saved).expect(1)
    assert fleet.desk.lines() == []
    cellwright.run("apply", "--plan", saved, "--allow-dirty").expect(0)

    assert "not committed is clients/acme.yaml" in refused.err
    assert "not committed: apply needs --allow-dirty" in planned.err
    assert "made with changes that were not committed" in of_plan.err
    assert fleet.desk.count("done") == {"acme-a": 1}
    plan, apply = started(fleet)
    assert (plan["dirty"], apply["dirty"]) == (True, True)
    assert apply["settings"] == plan["settings"] != ""
    made = [event for event in events(fleet.ledger) if event.action == "unit.applied"]
    assert [event.detail["dirty"] for event in made] == [True]


def test_a_stack_that_is_not_committed_counts_and_other_files_do_not(
    cellwright: Program, fleet: FleetFolder
) -> None:
    for name in ("notes.txt", "saved.plan", ".gitlab-ci.yml", "stacks/worker/.terraform/x"):
        fleet.write(name, "x")
    cellwright.run("apply", "--yes").expect(0)
    fleet.write("stacks/worker/.terraform.lock.hcl", "")

    refused = cellwright.look("apply", "--yes", "--all").expect(1)

    assert "not committed is stacks/worker/.terraform.lock.hcl" in refused.err
    assert all("dirty" not in detail for detail in started(fleet))


def test_what_is_destroyed_needs_the_commit_as_well(cellwright: Program, fleet: FleetFolder) -> None:
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"enabled": False}}})
    cellwright.commit_all()
    fleet.cell("acme", {"stacks": {"a": {"enabled": False, "value": "2"}}})

    refused = cellwright.look("apply", "--yes", "--destroy").expect(1)

    assert "not committed is clients/acme.yaml" in refused.err
    assert fleet.desk.count("done") == {"acme-a": 1}
    cellwright.commit_all()
    cellwright.run("apply", "--yes", "--destroy").expect(0)


def test_a_run_is_not_resumed_with_other_settings_unnoticed(cellwright: Program, fleet: FleetFolder) -> None:
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "--yes").expect(1)
    fleet.desk.fail("acme-a", really=False)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})

    refused = cellwright.look("resume", "--yes").expect(1)
    cellwright.run("resume", "--yes", "--allow-dirty").expect(0)

    assert "not committed is clients/acme.yaml" in refused.err
    resumed = [event for event in events(fleet.ledger) if event.action == "run.resumed"]
    assert [event.detail["dirty"] for event in resumed] == [True]


def test_outside_git_that_is_said_once(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    first = cellwright.run("apply", "--yes").expect(0)
    second = cellwright.run("apply", "--yes", "--all").expect(0)

    assert "in no git repository" in first.err
    assert "in no git repository" not in second.err
