"""`imports:` in a cell's file: real objects come into the state of that cell's unit alone."""

import json
from pathlib import Path

import pytest

import binaries
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet

STACK = """
resource "terraform_data" "one" {}
resource "terraform_data" "each" {
  for_each = toset(["a", "b"])
}
output "one" { value = terraform_data.one.id }
"""
IMPORTS = {"app": {"terraform_data.one": "real-1", 'terraform_data.each["a"]': "real-a"}}


@pytest.fixture(params=binaries.ALL)
def product(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Terraform, and OpenTofu."""
    folder = tmp_path_factory.getbasetemp() / f"machine-{request.param}"
    for key, value in binaries.machine_with(request.param, folder).items():
        monkeypatch.setenv(key, value)
    return str(request.param)


def fleet_of(folder: Path) -> FleetFolder:
    fleet = make_fleet(
        folder, {"app": {"source": "./stacks/app"}}, {"acme": {"imports": IMPORTS}, "globex": {}}
    )
    fleet.stack("app", STACK)
    return fleet


def ids(fleet: FleetFolder, unit: str) -> set[str]:
    state = json.loads(fleet.state(unit).read_text())
    return {item["attributes"]["id"] for resource in state["resources"] for item in resource["instances"]}


@pytest.mark.usefixtures("product")
def test_what_exists_comes_into_one_clients_state(tmp_path: Path, program: Start) -> None:
    fleet = fleet_of(tmp_path)
    cellwright = program(fleet)

    shown = cellwright.run("plan", "client/acme").expect(0).out
    assert "terraform_data.one" in shown
    assert "import" in shown
    cellwright.run("apply", "--yes").expect(0)

    assert {"real-1", "real-a"} < ids(fleet, "client/acme/app")
    assert len(ids(fleet, "client/acme/app")) == 3
    assert not ids(fleet, "client/globex/app") & {"real-1", "real-a"}
    assert not list(fleet.root.glob("stacks/**/*imports*"))
    # Done once, it is harmless, whether it stays in the file or not.
    assert cellwright.look("status", "--json").expect(0).document["counts"]["up_to_date"] == 2
    again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
    assert set(again.outcomes.values()) == {"unchanged"}
    fleet.cell("acme", {})
    assert cellwright.look("status", "--json").expect(0).document["counts"]["up_to_date"] == 2


def test_an_import_that_is_added_later_is_a_change(tmp_path: Path, program: Start) -> None:
    fleet = fleet_of(tmp_path)
    cellwright = program(fleet)
    fleet.cell("acme", {})
    fleet.stack("app", STACK.replace('["a", "b"]', '["b"]'))
    cellwright.run("apply", "--yes").expect(0)
    before = ids(fleet, "client/acme/app")
    fleet.cell("acme", {"imports": {"app": {"terraform_data.one": "real-1"}}})
    assert "import: terraform_data.one (real-1)" in cellwright.look("status").expect(0).out
    # Its address is in the state already: nothing happens, and the import is done.
    cellwright.run("apply", "--yes").expect(0)
    assert ids(fleet, "client/acme/app") == before
    assert cellwright.look("status", "--json").expect(0).document["counts"]["up_to_date"] == 2

    fleet.stack("app", STACK)
    fleet.cell("acme", {"imports": IMPORTS})
    cellwright.run("plan", "client/acme", "-o", str(tmp_path / "plans")).expect(0)
    cellwright.run("apply", str(tmp_path / "plans")).expect(0)
    assert "real-a" in ids(fleet, "client/acme/app")


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        ({"app": {"terraform_data.none": "x"}}, "its stack declares no terraform_data.none"),
        ({"app": {"terraform_data.one }\nresource": "x"}}, "its stack declares no such resource"),
        ({"nothing": {"terraform_data.one": "x"}}, "unknown stack 'nothing'"),
        ({"app": {"terraform_data.one": 7}}, "the id of terraform_data.one must be a plain text"),
        (["app"], "'imports' must be a mapping"),
    ],
)
def test_an_import_that_can_not_be_meant_is_refused_at_its_place(
    tmp_path: Path, program: Start, imports: object, said: str
) -> None:
    fleet = fleet_of(tmp_path)
    fleet.cell("acme", {"imports": imports})
    answer = program(fleet).run("plan", "client/acme").expect(1)
    assert said in answer.text
    assert "clients/acme.yaml:" in answer.text
    written = (fleet.root / "clients/acme.yaml").read_text().splitlines()
    for line in (number for number, text in enumerate(written, 1) if "terraform_data.none" in text):
        assert f"clients/acme.yaml:{line}:" in answer.text


NOT_IMPORTED = """package house.imports

import rego.v1

deny contains {"msg": sprintf("imports %s", [r.change.importing.id]), "resource": r.address} if {
    some r in input.resource_changes
    r.change.importing.id == "real-1"
}
"""


def test_a_policy_judges_the_plan_of_an_import(tmp_path: Path, program: Start) -> None:
    fleet = fleet_of(tmp_path)
    fleet.write("policies/house.rego", NOT_IMPORTED)
    cellwright = program(fleet)
    for words in (("plan", "client/acme"), ("apply", "client/acme", "--yes")):
        assert "imports real-1" in cellwright.run(*words).expect(1).text
    assert not fleet.state("client/acme/app").exists()
    cellwright.run("apply", "client/globex", "--yes").expect(0)
