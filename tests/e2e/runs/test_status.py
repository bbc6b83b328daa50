"""`status` as an engineer reads it: in the order of the fleet, with the line that changed, in few lines."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

NEW = """\
trial  6 units in 3 cells

zone/east
  + network     new

zone/west
  + network     new

client/acme
  + queue       new
  + app         new, after queue
  + foundation  new, after zone/east/network
  + web         new, after foundation

6 new
"""
LATER = """\
trial  6 units in 3 cells

zone/east
  ✓ network     up to date

zone/west
  ✓ network     up to date

client/acme
  ✗ queue       failed
                run RUN: local-exec provisioner error (terraform_data.this): ERROR (stacks/worker/main.tf:17)
  + app         new, after queue
  ~ foundation  changed
                zone: east -> west (clients/acme.yaml:4)
  - web         to be destroyed
                switched off (clients/acme.yaml:3)

2 up to date, 1 changed, 1 new, 1 to be destroyed, 1 failed
"""
MANY = """\
trial  62 units in 62 cells

client/c00, client/c01, client/c02 and 59 more cells  (--all lists each)
  + a  new

62 new
"""


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    stacks = {"web": {}, "app": {"needs": ["queue"]}, "foundation": {}, "queue": {}}
    fleet = make_fleet(tmp_path, stacks, {"acme": {"zone": "east"}})
    read: Any = yaml.safe_load
    settings = read((fleet.root / "fleet.yaml").read_text())
    worker = {"source": "./stacks/worker"}
    settings["levels"][0]["placement"] = "zone"
    settings["levels"].insert(0, {"name": "zone", "cells": "zones", "stacks": {"network": worker}})
    fleet.write("fleet.yaml", settings)
    layer = read((fleet.root / "defaults.yaml").read_text())
    layer["stacks"]["foundation"]["upstream"] = "${output.zone.network.value}"
    layer["stacks"]["web"]["upstream"] = "${output.foundation.value}"
    fleet.write("defaults.yaml", layer)
    for zone in ("east", "west"):
        network = {"mark": zone, "desk": str(fleet.desk.folder)}
        fleet.write(f"zones/{zone}.yaml", {"stacks": {"network": network}})
    return fleet


def test_levels_and_stacks_come_in_the_order_of_the_fleet_with_what_really_changed(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    cellwright.commit_all()
    assert cellwright.look("status").expect(0).out == NEW
    fleet.desk.fail("acme-queue")
    run = cellwright.run("apply", "--yes", "--json").expect(1).document["run"]
    fleet.cell("acme", {"zone": "west", "stacks": {"web": {"enabled": False}}})

    found = cellwright.look("status").expect(0).out

    error = 'Error running command \'echo "begin $MARK" >>"$DESK/log"'
    assert found.replace(run, "RUN").replace(error, "ERROR") == LATER
    document = cellwright.look("status", "client", "--json").expect(0).document
    assert document["levels"][1] == {"level": "client", "stacks": ["queue", "app", "foundation", "web"]}
    units = {unit["address"]: unit for unit in document["units"]}
    assert units["client/acme/app"]["new"]
    assert units["client/acme/app"]["reasons"][0]["unit"] == "client/acme/queue"


def test_cells_with_the_same_to_do_are_one_listing(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {f"c{number:02}": {} for number in range(62)})
    cellwright: Program = program(fleet)
    cellwright.commit_all()
    assert cellwright.look("status").expect(0).out == MANY
    every = cellwright.look("status", "--all").expect(0).out
    assert "client/c31\n  + a  new\n" in every


def test_a_unit_that_could_not_be_planned_says_why_until_it_can(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {}})
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    stack = fleet.root / "stacks/worker/main.tf"
    whole = stack.read_text()
    stack.write_text(
        f'{whole}\nlocals {{ broken = file("nothing-here") }}\noutput "b" {{ value = local.broken }}\n'
    )
    run = cellwright.run("plan", "--json").expect(1).document["run"]

    told = cellwright.look("status").expect(0).out

    assert "~ a  changed\n" in told
    assert f"the last plan failed, run {run}: Invalid function argument" in " ".join(told.split())
    (unit,) = cellwright.look("status", "--json").document["units"]
    assert unit["reasons"][0]["kind"] == "failure"
    stack.write_text(f"{whole}\n# another one\n")
    cellwright.run("plan").expect(0)
    assert "failed" not in cellwright.look("status").expect(0).out
