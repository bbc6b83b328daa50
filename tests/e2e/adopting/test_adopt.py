"""A clone whose ledger is empty takes over the states that are there; nothing is created twice."""

import json
import shutil
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program


@pytest.fixture
def applied(tmp_path: Path, program: Start) -> tuple[FleetFolder, Program]:
    """A fleet whose states lie outside of its folder, applied by another clone."""
    state = {"backend": "local", "config": {"path": f"{tmp_path}/states/${{unit.address}}.tfstate"}}
    fleet = make_fleet(tmp_path, {"a": {}, "b": {}}, {"acme": {}, "globex": {}}, state=state)
    settings = {
        "a": {"mark": "${unit.cell}-a", "desk": str(fleet.desk.folder)},
        "b": {
            "mark": "${unit.cell}-b",
            "desk": str(fleet.desk.folder),
            "upstream": "${output.a.value}",
        },
    }
    fleet.write("defaults.yaml", {"stacks": settings})
    first = program(fleet)
    first.run("apply", "client/acme", "client/globex/a", "--yes").expect(0)
    shutil.rmtree(fleet.home)
    return fleet, first


def test_states_that_are_there_are_taken_over(applied: tuple[FleetFolder, Program]) -> None:
    fleet, second = applied
    fleet.cell("globex", {"stacks": {"a": {"value": "2"}}})

    preview = second.look("ledger", "adopt", "--dry-run", "--json").expect(0).document
    assert {item["unit"]: item["standing"] for item in preview["units"]} == {
        "client/acme/a": "found",
        "client/acme/b": "found",
        "client/globex/a": "found",
        "client/globex/b": "no state",
    }
    assert second.look("status", "--json").expect(0).document["units"][0]["status"] != "up to date"
    refused = second.look("ledger", "adopt").expect(1).text
    assert "--yes" in refused

    done = second.run("ledger", "adopt", "--reason", "a new clone", "--yes").expect(0).out
    assert "3 units adopted: 2 up to date, 1 with changes" in done
    units = {
        item["address"]: item["status"]
        for item in second.look("status", "--json").expect(0).document["units"]
    }
    assert units["client/acme/a"] == units["client/acme/b"] == "up_to_date"
    assert units["client/globex/a"] == "changed"
    assert "with which settings it was applied is not known" in second.look("status").expect(0).out
    trail = second.look("events", "--action", "unit.adopted", "--json").expect(0).out
    assert trail.count("a new clone") == 3

    again = second.run("ledger", "adopt", "--yes").expect(0).out
    assert "1 without a state" in again
    # Nothing is made a second time, and what differs is applied.
    second.run("apply", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1, "globex-a": 2, "globex-b": 1}
    assert "up to date" in second.look("status").expect(0).out


def test_what_is_no_units_own_state_is_refused(tmp_path: Path, applied: tuple[FleetFolder, Program]) -> None:
    fleet, second = applied
    states = tmp_path / "states" / "client"
    shutil.copy(states / "acme/a.tfstate", states / "globex/b.tfstate")
    newer = json.loads((states / "globex/a.tfstate").read_text())
    (states / "globex/a.tfstate").write_text(json.dumps({**newer, "terraform_version": "99.1.0"}, indent=2))
    (states / "acme/b.tfstate").write_text('{"version": 4, "serial": 1')

    answer = second.look("ledger", "adopt", "--dry-run").expect(1).text
    assert "the state of client/globex/b is that of client/acme/a" in answer
    assert "written by version 99.1.0" in answer
    assert "is not a Terraform state of version 4" in answer
    # One that is on record is nobody else's.
    (states / "globex/b.tfstate").unlink()
    second.run("ledger", "adopt", "client/acme/a", "--yes").expect(0)
    shutil.copy(states / "acme/a.tfstate", states / "globex/b.tfstate")
    again = second.look("ledger", "adopt", "client/globex/b", "--yes").expect(1).text
    assert "is that of client/acme/a" in again
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1, "globex-a": 1}


def test_states_that_are_shared_and_a_ledger_that_is_not(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(
        tmp_path,
        {"a": {}},
        {"acme": {}},
        state={"backend": "s3", "config": {"bucket": "b", "key": "${unit.address}"}},
    )
    cellwright = program(fleet)
    said = cellwright.look("status").expect(0).err
    assert said.count("the ledger is a file of this clone") == 1
    assert "cellwright ledger adopt" in said
    named = cellwright.look("status", "--ledger", f"sqlite:///{tmp_path}/ledger.db").expect(0).err
    assert "a file of this clone" not in named
