"""A client's whole life on each program: applied, drifted, changed, killed, resumed, gone.

`make test-long` has Terraform and the OpenTofu releases that the tests build; any others are named in
CELLWRIGHT_BINARIES, in which case `make engines` runs this too.
"""

from dataclasses import replace
from pathlib import Path

import pytest

import binaries
from cellwright.model.binary import PRODUCTS
from contract.relay.laboratory import SOURCES, install_program, program_of
from e2e.conftest import Start
from e2e.kit.fleet import WORKER, FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.world import STACK, World

PROGRAMS = [
    *(pytest.param(name, marks=pytest.mark.long) for name in (*binaries.BOTH, *binaries.OLDER)),
    *binaries.NAMED,
]


@pytest.fixture(params=PROGRAMS)
def name(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Make the command `terraform` this program; gives its name."""
    folder = tmp_path_factory.mktemp("machine")
    for key, value in binaries.machine_with(request.param, folder).items():
        monkeypatch.setenv(key, value)
    return str(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store")


@pytest.fixture
def fleet(tmp_path: Path, name: str, world: World) -> FleetFolder:
    mirror = tmp_path / "mirror"
    install_program(mirror, f"{binaries.HOSTS[binaries.product(name)]}/{SOURCES[6]}", program_of(6))
    fleet = make_fleet(
        tmp_path,
        {"app": {"source": "./stacks/kept"}, "worker": {}},
        {"acme": {}},
        terraform={"mirror": str(mirror), "environment_pass": ["TF_DISABLE_PLUGIN_TLS"]},
        rollouts={"plain": {"waves": [{"name": "all", "cells": "*"}]}},
    )
    fleet.stack("kept", STACK + WORKER)
    fleet.write(".gitignore", ".cellwright/\n.terraform.lock.hcl\n")
    fleet.write("defaults.yaml", _settings(fleet, world, "1"))
    return fleet


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    started = program(fleet)
    # The test provider speaks no TLS; without the relay the programs would insist.
    started = replace(started, environment={**started.environment, "TF_DISABLE_PLUGIN_TLS": "1"})
    started.commit_all()
    return started


@pytest.mark.parametrize("relay", [(), ("--no-relay",)], ids=["relay", "plain"])
def test_from_the_first_apply_to_the_last_destroy(
    name: str, fleet: FleetFolder, world: World, cellwright: Program, relay: tuple[str, ...]
) -> None:
    first = cellwright.run("apply", "--yes", "--json", *relay).expect(0)
    assert set(first.outcomes.values()) == {"applied"}
    assert _ran_with(cellwright) == {str(binaries.binary(name).identity)}
    again = cellwright.run("plan", "--all", "--json", "--exit-code", *relay).expect(0)
    assert "demo_item" not in again.out

    world.change("acme-kept", value="changed by hand")
    looked = cellwright.run("drift", "run", "--json", "--exit-code", *relay).expect(3).document
    assert [unit["unit"] for group in looked["groups"] for unit in group["units"]] == ["client/acme/app"]
    cellwright.run("drift", "repair", "--yes", *relay).expect(0)
    assert world.value("acme-kept") == "as it was applied"

    fleet.write("defaults.yaml", _settings(fleet, world, "2"))
    cellwright.commit_all()
    with fleet.desk.holding("acme-app"), cellwright.started("apply", "--yes", *relay) as running:
        fleet.desk.until("begin", 2, mark="acme-app")
        running.kill_tree()
    resumed = cellwright.run("resume", "--yes", "--json", *relay).expect(0)
    assert set(resumed.outcomes.values()) == {"applied"}
    counts = cellwright.look("status", "--json").expect(0).document["counts"]
    assert (counts["up_to_date"], sum(counts.values())) == (2, 2)

    cellwright.run("offboard", "acme", "--yes", *relay).expect(0)
    assert not list(world.store.glob("default/*.json"))
    assert set(fleet.desk.count("gone")) == {"acme-app", "acme-worker"}
    cellwright.look("events", "verify").expect(0)


def _settings(fleet: FleetFolder, world: World, value: str) -> dict[str, object]:
    desk = {"desk": str(fleet.desk.folder), "value": value}
    app = {"cell": "${unit.cell}", "store": str(world.store), "mark": "${unit.cell}-app"}
    return {"stacks": {"app": app | desk, "worker": {"mark": "${unit.cell}-worker"} | desk}}


def _ran_with(cellwright: Program) -> set[str]:
    """The programs that ran the units last, as the ledger has them."""
    groups = cellwright.look("versions", "--json").expect(0).document["groups"]
    return {
        f"{PRODUCTS[item['product']]} {item['version']}"
        for item in (group["applied_with"] for group in groups)
    }
