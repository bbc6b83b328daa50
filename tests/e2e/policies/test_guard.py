"""Every plan is judged before it can be kept or applied: of plan, apply, a plan file, a destroy, a resume."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.crashes import leases
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program
from plan_comparison import ASKED

VAULT = """
variable "shape" {
  type    = string
  default = "round"
}
variable "token" {
  type      = string
  sensitive = true
  default   = ""
}
variable "upstream" {
  type    = string
  default = ""
}
resource "terraform_data" "box" {
  input            = { shape = var.shape, token = var.token }
  triggers_replace = [var.upstream]
}
output "shape" { value = var.shape }
"""

HOUSE = """# METADATA
# title: Boxes are round
# custom:
#   clause: House rules, 3
#   advice: make it round, or write an exception
package house.shape

import rego.v1

boxes := [r | some r in input.resource_changes; r.type == "terraform_data"]

deny contains {"msg": sprintf("the box is %s and says %s", [shape, token]), "resource": r.address} if {
    some r in boxes
    shape := r.change.after.input.shape
    token := r.change.after.input.token
    shape == "square"
    not excepted(r.address)
}

deny contains {"msg": "the box would go", "resource": r.address} if {
    some r in boxes
    r.change.actions == ["delete"]
    not excepted(r.address)
}

excepted(address) if {
    some e in input.cellwright.exceptions
    e.resource == address
    e.person != ""
    e.until >= input.cellwright.today
}

warn contains sprintf("%s of %s is oval", [input.cellwright.unit, input.cellwright.fleet]) if {
    some r in boxes
    r.change.after.input.shape == "oval"
}
"""

WHOLE = """
package house.whole

import rego.v1

deny contains sprintf("declares token as sensitive and plans %s", [shape]) if {
    input.configuration.root_module.variables.token.sensitive
    shape := input.planned_values.root_module.resources[0].values.input.shape
}
"""

EXCEPTION = {"resource": "terraform_data.box", "person": "Ada", "reason": "moving out", "until": "2999-12-31"}
STACKS: dict[str, dict[str, Any]] = {
    "vault": {"source": "./stacks/vault"},
    "door": {"source": "./stacks/vault", "needs": ["vault"]},
}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    made = make_fleet(tmp_path, STACKS, {"acme": {}})
    made.stack("vault", VAULT)
    made.write("policies/house.rego", HOUSE)
    return made


def shaped(fleet: FleetFolder, shape: str) -> None:
    fleet.cell("acme", {"stacks": {"vault": {"shape": shape, "token": "swordfish-4711"}}})


def log_of(cellwright: Program, answer: Answer) -> str:
    """What the unit's log says of the run."""
    return cellwright.look("logs", answer.document["run"], "client/acme/vault").out


def test_a_denied_plan_is_not_applied_and_says_why(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    shaped(fleet, "square")

    answer = cellwright.run("apply", "--yes", "--json").expect(1)

    assert answer.outcomes == {"client/acme/vault": "failed", "client/acme/door": "skipped"}
    told = {unit["address"]: unit["diagnostics"] for unit in answer.document["units"]}
    (why,) = told["client/acme/vault"]
    assert why["severity"] == "error"
    assert why["summary"] == (
        "terraform_data.box: the box is square and says (sensitive value) (house.shape, House rules, 3)"
    )
    assert why["detail"] == "make it round, or write an exception"
    assert leases(fleet) == []
    assert not fleet.state("client/acme/vault").exists()
    kept = [file for file in fleet.home.rglob("*") if file.is_file()]
    assert not [file for file in kept if b"swordfish" in file.read_bytes()], "no secret stays behind"


def test_a_policy_that_looks_at_more_than_the_changes_gets_the_whole_plan(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    shaped(fleet, "square")
    answer = cellwright.run("apply", "client/acme/vault", "--yes", "--json").expect(1)
    assert ASKED or " show " not in log_of(cellwright, answer)

    fleet.write("policies/house.rego", WHOLE)
    answer = cellwright.run("apply", "client/acme/vault", "--yes", "--json").expect(1)

    assert "house.whole" in answer.text
    assert "declares token as sensitive and plans square" in answer.text
    assert "its part configuration is looked at" in log_of(cellwright, answer)


def test_plan_denies_too_and_keeps_nothing(fleet: FleetFolder, program: Start, tmp_path: Path) -> None:
    cellwright = program(fleet)
    shaped(fleet, "square")

    answer = cellwright.run("plan", "client/acme/vault", "-o", str(tmp_path / "plan"), "--json").expect(1)

    assert answer.outcomes == {"client/acme/vault": "failed"}
    assert "swordfish" not in answer.text
    applied = cellwright.run("apply", str(tmp_path / "plan"), "--json")
    assert "client/acme/vault" not in applied.outcomes


def test_a_saved_plan_is_judged_again_by_the_policies_of_now(
    fleet: FleetFolder, program: Start, tmp_path: Path
) -> None:
    cellwright = program(fleet)
    shaped(fleet, "square")
    (fleet.root / "policies/house.rego").rename(tmp_path / "house.rego")
    cellwright.run("plan", "client/acme/vault", "-o", str(tmp_path / "plan")).expect(0)
    (tmp_path / "house.rego").rename(fleet.root / "policies/house.rego")

    answer = cellwright.run("apply", str(tmp_path / "plan"), "--json").expect(1)

    assert answer.outcomes == {"client/acme/vault": "failed"}
    assert "house.shape" in answer.text
    assert not fleet.state("client/acme/vault").exists()


def test_a_warning_is_shown_and_lets_pass(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    shaped(fleet, "oval")

    planned = cellwright.run("plan", "client/acme/vault").expect(0)
    applied = cellwright.run("apply", "--yes", "--json").expect(0)

    assert "warning: client/acme/vault of trial is oval (house.shape" in planned.out
    assert set(applied.outcomes.values()) == {"applied"}
    (vault,) = (unit for unit in applied.document["units"] if unit["address"] == "client/acme/vault")
    assert [item["severity"] for item in vault["diagnostics"]] == ["warning"]


def test_a_unit_that_was_blocked_is_judged_when_it_is_planned(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.cell("acme", {"stacks": {"door": {"shape": "square", "upstream": "${output.vault.shape}"}}})

    answer = cellwright.run("apply", "--yes", "--json").expect(1)

    assert answer.outcomes == {"client/acme/vault": "applied", "client/acme/door": "failed"}
    again = cellwright.run("resume", "--yes", "--json").expect(1)
    assert again.outcomes["client/acme/door"] == "failed"


def test_nothing_goes_without_an_exception(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    off = {name: {"enabled": False} for name in STACKS}
    fleet.cell("acme", {"stacks": off})

    denied = cellwright.run("apply", "--destroy", "--yes", "--json").expect(1)
    fleet.cell("acme", {"stacks": off, "exceptions": [{**EXCEPTION, "until": "2020-01-01"}]})
    late = cellwright.run("apply", "--destroy", "--yes", "--json").expect(1)
    kept = fleet.state("client/acme/door").read_text()
    fleet.cell("acme", {"stacks": off, "exceptions": [EXCEPTION]})
    cellwright.run("apply", "--destroy", "--yes").expect(0)

    assert "the box would go" in denied.text
    assert "the box would go" in late.text
    assert json.loads(kept)["resources"]
    assert not json.loads(fleet.state("client/acme/door").read_text())["resources"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("package p\nimport rego.v1\ndeny contains x if { foo(\n", "policies/broken.rego:4:1"),
        ("package p\nimport rego.v1\ndeny contains 1 if net.cidr_merge([1])", "net.cidr_merge"),
        ("package p\nimport rego.v1\ndeny contains 5", "without a message"),
    ],
)
def test_a_policy_that_can_t_be_evaluated_lets_nothing_pass(
    fleet: FleetFolder, program: Start, source: str, expected: str
) -> None:
    cellwright = program(fleet)
    fleet.write("policies/broken.rego", source)

    answer = cellwright.run("apply", "client/acme/vault", "--yes").expect(1)

    assert expected in answer.text
    assert not fleet.state("client/acme/vault").exists()


def test_an_unknown_pack_is_a_finding_with_its_place(fleet: FleetFolder, program: Start) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    fleet.write("fleet.yaml", f"{text}policies:\n  packs: [hipa]\n")

    answer = program(fleet).look("check").expect(1)

    assert "there is no policy pack 'hipa'" in answer.text
    assert "Cellwright ships: hipaa" in answer.text


def test_the_shipped_pack_judges_where_it_is_switched_on(fleet: FleetFolder, program: Start) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    fleet.write("fleet.yaml", f"{text}policies:\n  packs: [hipaa]\n")

    program(fleet).run("apply", "--yes").expect(0)
