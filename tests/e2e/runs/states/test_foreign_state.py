"""State written by somebody else: status says so and why; applying makes it known again."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from binaries import END_TO_END
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

UNIT = "client/acme/only"


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"only": {}}, {"acme": {}})


@pytest.fixture
def up(fleet: FleetFolder, program: Start) -> Program:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    assert _status(cellwright)["status"] == "up_to_date"
    return cellwright


def test_a_state_that_somebody_wrote_to_is_a_change(fleet: FleetFolder, up: Program) -> None:
    _terraform(fleet, "taint", "terraform_data.this")

    found = _status(up)

    assert found["status"] == "changed"
    (reason,) = found["reasons"]
    assert reason["kind"] == "state"
    assert reason["summary"].startswith("written by somebody else: serial ")
    up.run("apply", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-only": 2}, "what was tainted is made anew"
    assert _status(up)["status"] == "up_to_date"


@pytest.mark.skipif(
    os.environ.get(END_TO_END) == "tofu",
    reason="a state of built-in providers may be Terraform's, whose numbers are others",
)
def test_a_state_that_a_newer_program_wrote_by_hand_is_warned_of_before_the_apply(
    fleet: FleetFolder, up: Program
) -> None:
    """A newer one that finds no changes leaves its version in the file, with the same serial."""
    path = fleet.state(UNIT)
    own = json.loads(path.read_text())["terraform_version"]
    path.write_text(path.read_text().replace(f'"{own}"', '"99.1.0"', 1))

    planned = up.look("plan", "--all").expect(0).text

    told = re.compile(
        rf"version 99\.1\.0 wrote the state last \((\w+) {own} is on record\), \1 {own} runs now: it is older"
    )
    assert told.search(" ".join(planned.split()))
    fleet.cell("acme", {"stacks": {"only": {"value": "2"}}})
    applied = " ".join(up.run("apply", "--yes").expect(0).text.split())
    assert told.search(applied)
    assert "wrote the state last" not in up.look("plan", "--all").expect(0).text


def test_another_state_in_its_place_is_a_change(fleet: FleetFolder, up: Program) -> None:
    state = json.loads(fleet.state(UNIT).read_text())
    fleet.state(UNIT).write_text(json.dumps({**state, "lineage": "another"}, indent=2))
    found = _status(up)
    assert found["status"] == "changed"
    assert "another state: lineage" in found["reasons"][0]["summary"]


def test_a_state_that_is_gone_is_a_change(fleet: FleetFolder, up: Program) -> None:
    fleet.state(UNIT).unlink()
    found = _status(up)
    assert found["status"] == "changed"
    assert found["reasons"] == [{"kind": "state", "summary": "its state is gone"}]


def test_a_state_that_was_cut_off_is_told_and_put_back_if_asked_for(fleet: FleetFolder, up: Program) -> None:
    whole = fleet.state(UNIT).read_bytes()
    fleet.state(UNIT).write_bytes(whole[:40])
    found = _status(up)
    assert found["reasons"] == [{"kind": "state", "summary": "its state is damaged, or can't be read"}]

    assert "only.tfstate" in up.run("apply", "--yes").expect(1).text
    kept = fleet.home / "work" / UNIT / "before-apply.tfstate"
    kept.write_bytes(whole)
    up.run("apply", UNIT, "--yes", "--accept-state", "the machine went down").expect(0)

    assert fleet.desk.count("done") == {"acme-only": 1}
    assert not kept.exists(), "it holds secrets, and the state is whole again"
    (event,) = up.look("events", "--action", "state.settled", "--json").expect(0).document
    assert event["reason"] == "the machine went down"
    assert _status(up)["status"] == "up_to_date"


def test_a_stack_with_nothing_in_it_is_up_to_date_once_applied(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path / "empty", {"none": {"source": "./stacks/none"}}, {"acme": {}})
    fleet.stack("none", 'variable "unused" { default = 1 }\n')
    cellwright = program(fleet)
    answer = cellwright.run("apply", "--yes", "--json").expect(0)
    assert answer.outcomes == {"client/acme/none": "unchanged"}
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 1


def _status(cellwright: Program) -> dict[str, Any]:
    (unit,) = cellwright.look("status", UNIT, "--json").expect(0).document["units"]
    found: dict[str, Any] = unit
    return found


def _terraform(fleet: FleetFolder, *arguments: str) -> None:
    """Do something to the unit's state by hand, in its working folder."""
    (module,) = (fleet.home / "work" / UNIT).rglob("main.tf")
    subprocess.run(
        ["terraform", *arguments],  # noqa: S607  whichever the machine has
        cwd=module.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(fleet.root)},
        check=True,
        capture_output=True,
    )
