"""Address space through the command line, with the real git: given, given back, looked up."""

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import PERSON, Program

Start = Callable[[FleetFolder], Program]

POOLS = {"pools": {"clients": {"cidr": "10.64.0.0/16", "sizes": {"standard": 22, "gold": 20}, "size": 24}}}
NET = """
variable "cidr" { type = string }
resource "terraform_data" "this" { input = var.cidr }
output "cidr" { value = var.cidr }
"""
NO_TERRAFORM = {"binary": "./no-terraform-here"}


def git(fleet: FleetFolder, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(
        command,
        cwd=fleet.root,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **PERSON},
    )
    return done.stdout


def commit(fleet: FleetFolder, message: str) -> None:
    git(fleet, "add", "-A")
    git(fleet, "commit", "-qm", message)


def a_fleet(tmp_path: Path, **more: Any) -> FleetFolder:  # noqa: ANN401  any further key of fleet.yaml
    fleet = make_fleet(tmp_path, {"net": {"source": "./stacks/net"}}, {}, addresses=POOLS, **more)
    fleet.stack("net", NET)
    fleet.write("defaults.yaml", 'tier: standard\nstacks: {net: {cidr: "${cell.addresses.clients}"}}\n')
    git(fleet, "init", "-q", "-b", "main")
    commit(fleet, "start")
    return fleet


def held(fleet: FleetFolder) -> dict[str, str]:
    """What the committed files say, by client."""
    listed = git(fleet, "ls-tree", "-r", "--name-only", "HEAD", "clients").splitlines()
    texts = {Path(name).parent.name: git(fleet, "show", f"HEAD:{name}") for name in listed}
    return {name: yaml.safe_load(text)["addresses"]["clients"] for name, text in texts.items()}


def test_two_onboardings_at_the_same_time_never_get_the_same_block(tmp_path: Path, program: Start) -> None:
    # Without Terraform an onboarding ends after its commit, which is all that matters here.
    fleet = a_fleet(tmp_path, terraform=NO_TERRAFORM)
    cellwright = program(fleet)
    names = ("acme", "globex", "initech", "umbrella")
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(lambda name: cellwright.run("onboard", name, "--yes"), names))
    for answer in answers:
        assert "no-terraform-here" in answer.expect(1).err
    found = held(fleet)
    assert set(found) == set(names)
    assert len(set(found.values())) == len(names)
    assert {ip_network(block).prefixlen for block in found.values()} == {22}
    cellwright.look("ip", "check").expect(0)
    cellwright.look("check").expect(0)


def test_a_merge_of_two_clones_that_gave_one_block_twice_stops_these_cells_only(
    tmp_path: Path, program: Start
) -> None:
    fleet = a_fleet(tmp_path)
    same = {"addresses": {"clients": "10.64.0.0/22"}}
    fleet.write("clients/acme/client.yaml", same)
    fleet.write("clients/globex/client.yaml", same)
    commit(fleet, "merged")
    answer = program(fleet).look("check").expect(1)
    assert "client/globex holds 10.64.0.0/22, which overlaps 10.64.0.0/22 of client/acme" in answer.out
    told = program(fleet).look("status").expect(0).err
    assert "client/globex holds 10.64.0.0/22, which overlaps 10.64.0.0/22 of client/acme" in told
    assert "cellwright ip move client/globex" in told
    program(fleet).look("ip", "move", "client/globex").expect(0)
    program(fleet).look("check").expect(0)
    assert git(fleet, "status", "--short") == ""


def test_a_client_that_can_not_be_given_a_block_leaves_nothing_behind(tmp_path: Path, program: Start) -> None:
    fleet = a_fleet(tmp_path, terraform=NO_TERRAFORM)
    fleet.write("clients/acme.yaml", {"addresses": {"clients": "10.64.0.0/16"}})
    commit(fleet, "all of it")
    answer = program(fleet).run("onboard", "globex", "--yes").expect(1)
    assert "the pool 'clients' (10.64.0.0/16) has no /22 left" in answer.err
    assert git(fleet, "status", "--short") == ""
    assert not (fleet.root / "clients/globex").exists()


def test_history_follows_a_block_from_one_client_to_the_next(tmp_path: Path, program: Start) -> None:
    fleet = a_fleet(tmp_path)
    fleet.write("clients/acme/client.yaml", {"addresses": {"clients": "10.64.0.0/22"}})
    commit(fleet, "acme comes")
    git(fleet, "rm", "-q", "-r", "clients/acme")
    commit(fleet, "acme goes")
    fleet.write("clients/globex.yaml", {"addresses": {"clients": "10.64.0.0/22"}})
    commit(fleet, "globex comes")
    fleet.write("clients/new.yaml", {"addresses": {"clients": "10.64.4.0/22"}})
    document = program(fleet).look("ip", "history", "10.64.0.0/20", "--json").expect(0).document
    told = [
        (item["cell"], item["block"], *(item[key] and item[key]["subject"] for key in ("since", "until")))
        for item in document["tenures"]
    ]
    assert told == [
        ("client/acme", "10.64.0.0/22", "acme comes", "acme goes"),
        ("client/globex", "10.64.0.0/22", "globex comes", None),
        ("client/new", "10.64.4.0/22", None, None),
    ]
    one = program(fleet).look("ip", "history", "10.64.1.17", "--json").expect(0).document
    assert [item["cell"] for item in one["tenures"]] == ["client/acme", "client/globex"]
    assert "nobody ever held 10.127.0.0/22" in program(fleet).look("ip", "history", "10.127.0.0/22").out
    assert "'ten' is no block" in program(fleet).look("ip", "history", "ten").expect(1).err


def test_a_fleet_outside_git_tells_what_its_files_say(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"net": {"source": "./stacks/net"}}, {}, addresses=POOLS)
    fleet.stack("net", NET)
    fleet.write("defaults.yaml", {})
    fleet.cell("acme", {"addresses": {"clients": "10.64.0.0/24"}, "stacks": {"net": {"cidr": "x"}}})
    document = program(fleet).look("ip", "history", "10.64.0.0", "--json").expect(0).document
    assert [(item["cell"], item["since"]) for item in document["tenures"]] == [("client/acme", None)]


def test_show_and_free_agree_and_draw(tmp_path: Path, program: Start) -> None:
    fleet = a_fleet(tmp_path)
    fleet.write("clients/acme.yaml", {"addresses": {"clients": "10.64.0.0/22"}})
    drawing = tmp_path / "pools.svg"
    text = program(fleet).look("ip", "show", "clients", "--svg", str(drawing)).expect(0).out
    assert "10.64.0.0/22  client/acme  standard" in text
    assert ET.fromstring(drawing.read_text()).tag.endswith("svg")  # noqa: S314  ours
    shown = program(fleet).look("ip", "--json").expect(0).document["pools"][0]
    assert [item["block"] for item in shown["used"]] == ["10.64.0.0/22"]
    free = program(fleet).look("ip", "free", "--size", "22", "--limit", "2", "--json").expect(0).document
    assert free["pools"] == [
        {"pool": "clients", "size": 22, "count": 63, "blocks": ["10.64.4.0/22", "10.64.8.0/22"]}
    ]
    assert "did you mean 'clients'?" in program(fleet).look("ip", "show", "client").expect(1).err
    assert (
        "no pool can have blocks of size /8" in program(fleet).look("ip", "free", "--size", "8").expect(1).err
    )
    unwritable = program(fleet).look("ip", "show", "--svg", str(tmp_path / "no" / "x.svg")).expect(1)
    assert "x.svg" in unwritable.err


@pytest.mark.terraform
def test_the_life_of_a_block(tmp_path: Path, program: Start) -> None:
    fleet = a_fleet(tmp_path)
    cellwright = program(fleet)
    cellwright.run("onboard", "acme", "--yes").expect(0)
    cellwright.run("onboard", "globex", "--set", "tier=gold", "--yes").expect(0)
    assert held(fleet) == {"acme": "10.64.0.0/22", "globex": "10.64.16.0/20"}
    cellwright.look("ip", "check").expect(0)

    cellwright.run("offboard", "acme", "--yes").expect(0)
    gone = git(fleet, "show", "--name-status", "--format=%s", "HEAD").split()
    assert gone == [
        "Offboard",
        "client/acme",
        "R100",
        "clients/acme/client.yaml",
        "archived/acme/client.yaml",
        "A",
        "released-addresses.yaml",
    ]
    waiting = cellwright.look("ip", "--json").expect(0).document["pools"][0]["quarantined"]
    assert [(item["block"], item["cell"]) for item in waiting] == [("10.64.0.0/22", "client/acme")]

    cellwright.run("onboard", "initech", "--yes").expect(0)
    assert held(fleet)["initech"] == "10.64.4.0/22"
    (tenure,) = cellwright.look("ip", "history", "10.64.0.0/22", "--json").expect(0).document["tenures"]
    assert tenure["since"]["subject"] == "Onboard client/acme"
    assert tenure["until"]["subject"] == "Offboard client/acme"
    assert tenure["applied"] < tenure["destroyed"]

    # What the file says is not what stands: the one thing that only the ledger can tell.
    fleet.write("clients/initech/client.yaml", {"addresses": {"clients": "10.64.8.0/22"}})
    commit(fleet, "another block")
    cellwright.look("check").expect(0)
    findings = cellwright.look("ip", "check", "--json").expect(1).document["diagnostics"]
    assert [item["summary"] for item in findings] == [
        f"client/initech/net was applied with the {kind} cidr = 10.64.4.0/22, its file says 10.64.8.0/22"
        for kind in ("input", "output")
    ]
    assert json.dumps(findings[0]["file"]) == '"clients/initech/client.yaml"'


@pytest.mark.terraform
def test_a_client_that_will_not_go_keeps_its_block(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"box": {}}, {}, addresses=POOLS)
    git(fleet, "init", "-q", "-b", "main")
    commit(fleet, "start")
    cellwright = program(fleet)
    cellwright.run("onboard", "acme", "--yes").expect(0)
    fleet.desk.keep("acme-box")
    cellwright.run("offboard", "acme", "--yes").expect(1)
    assert git(fleet, "status", "--short") == ""
    assert held(fleet) == {"acme": "10.64.0.0/24"}
    fleet.desk.keep("acme-box", really=False)
    cellwright.run("offboard", "acme", "--yes").expect(0)
    assert git(fleet, "status", "--short") == ""
    assert "cell: client/acme" in git(fleet, "show", "HEAD:released-addresses.yaml")
