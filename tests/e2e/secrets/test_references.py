"""Secrets by reference, through the real command line and the real Terraform."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program

FIRST, SECOND = "canary-first-7Qx2", "canary-second-9Wk4"
CANARY = re.compile(r"canary-(first|second)-\w+")
DATABASE = """
variable "password" {
  type      = string
  sensitive = true
}
variable "address" {
  type      = string
  sensitive = true
}
variable "fail" {
  type    = bool
  default = false
}
resource "terraform_data" "this" {
  input            = sha1(var.password)
  triggers_replace = [sha1(var.address), var.fail]
  provisioner "local-exec" {
    command     = "echo it is $GIVEN >&2; [ $FAIL = false ]"
    environment = { GIVEN = nonsensitive(var.password), FAIL = var.fail }
  }
}
output "digest" { value = nonsensitive(sha1(var.password)) }
"""
REFERENCE = "${secret.files.${cell.name}/db#password}"


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    sources = {
        "files": {"type": "file", "folder": str(tmp_path / "kept"), "allow": ["${cell.name}/*"]},
        "ci": {"type": "environment", "allow": ["DB_*"]},
    }
    fleet = make_fleet(tmp_path, {"db": {"source": "./stacks/db"}}, {"acme": {}}, secrets=sources)
    fleet.stack("db", DATABASE)
    inputs = {"password": REFERENCE, "address": "db://acme:${secret.ci.DB_PASSWORD}@${cell.name}/"}
    fleet.write("defaults.yaml", {"stacks": {"db": inputs}})
    keep(tmp_path, FIRST)
    return fleet


def keep(folder: Path, password: str) -> None:
    """Store the password, as a JSON document with other keys."""
    file = folder / "kept/acme/db"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_text(json.dumps({"user": "app", "password": password}))


def test_a_secret_reaches_terraform_and_nobody_else(
    fleet: FleetFolder, program: Start, tmp_path: Path
) -> None:
    cellwright = program(fleet)
    given = replace(cellwright, environment={"DB_PASSWORD": SECOND})

    answers = list(looks(cellwright))
    assert REFERENCE.replace("${cell.name}", "acme") in answers[0].text
    answers += [
        given.run("plan").expect(0),
        given.run("apply", "--yes", "--json").expect(0),
        cellwright.look("status").expect(0),
    ]
    state = json.loads(fleet.state("client/acme/db").read_text())
    assert state["outputs"]["digest"]["value"] == sha1(FIRST), "Terraform was given the secret"

    # Nothing has changed; then the file's secret is another one, which only a look at it can tell.
    assert "nothing changed" in given.run("apply", "--yes").expect(0).text.lower()
    keep(tmp_path, "canary-first-other")
    assert status(cellwright.look("status", "--json")) == ("up_to_date", [])
    looked = given.run("status", "--secrets", "--json")
    assert status(looked) == (
        "changed",
        ["secret.files.acme/db#password (for password) is another one now (defaults.yaml:4)"],
    )
    answers += [looked, given.run("apply", "--yes").expect(0)]
    state = json.loads(fleet.state("client/acme/db").read_text())
    assert state["outputs"]["digest"]["value"] == sha1("canary-first-other")

    # A secret that is gone is told by its reference and place; destroying needs it, too.
    missing = cellwright.run("apply", "--yes", "--all").expect(1)
    assert "secret.ci.DB_PASSWORD can't be read: there is no environment variable" in missing.text
    assert "defaults.yaml:3:14" in missing.text
    fleet.write("clients/acme.yaml", {"stacks": {"db": {"enabled": False}}})
    answers += [missing, cellwright.run("apply", "--destroy", "--yes").expect(1)]
    assert "can't be destroyed without the secrets" in answers[-1].text
    answers.append(given.run("apply", "--destroy", "--yes").expect(0))

    for answer in answers:
        assert not CANARY.search(answer.text), (answer.arguments, answer.text)
    assert not [row for row in rows(fleet) if CANARY.search(row)]
    assert not list(files_with_canaries(fleet))


def test_what_a_provider_prints_of_a_secret_is_masked(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.write("clients/acme.yaml", {"stacks": {"db": {"fail": True}}})
    answer = cellwright.run("apply", "--yes", DB_PASSWORD=SECOND).expect(1)
    assert "it is (sensitive value)" in answer.text
    assert not list(files_with_canaries(fleet))


def looks(cellwright: Program) -> list[Answer]:
    """All that only looks: none of it reads a secret, so that none of it needs one."""
    return [
        cellwright.look("show").expect(0),
        cellwright.look("check").expect(0),
        cellwright.look("status").expect(0),
        cellwright.look("explain", "client/acme/db").expect(0),
    ]


def status(answer: Answer) -> tuple[str, list[str]]:
    (unit,) = answer.expect(0).document["units"]
    return unit["status"], [reason["summary"] for reason in unit["reasons"]]


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324  what Terraform was told to make of it


def rows(fleet: FleetFolder) -> list[str]:
    with closing(sqlite3.connect(fleet.ledger)) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [repr(row) for table in tables for row in ledger.execute(f"SELECT * FROM {table}")]  # noqa: S608  ours


def files_with_canaries(fleet: FleetFolder) -> list[Path]:
    """Every file but Terraform's states."""
    states = fleet.home / "states"
    files = [path for path in fleet.root.rglob("*") if path.is_file() and states not in path.parents]
    return [path for path in files if CANARY.search(path.read_bytes().decode("latin-1"))]
