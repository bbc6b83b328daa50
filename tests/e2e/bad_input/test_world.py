"""A bad world through the command line: programs, mirrors, ledgers, backends that are not what they say."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.crashes import runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program

NEEDS_PROVIDER = """
terraform {
  required_providers {
    nowhere = { source = "example/nowhere", version = "1.2.3" }
  }
}
variable "mark" { default = "" }
variable "desk" { default = "" }
"""


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


def _with_binary(fleet: FleetFolder, script: str | None, version: str = "") -> None:
    settings = "{binary: ./bin/terraform" + (f', version: "{version}"' if version else "") + "}"
    text = (fleet.root / "fleet.yaml").read_text()
    binary = fleet.root / "bin/terraform"
    fleet.write("fleet.yaml", f"{text}terraform: {settings.replace('./bin/terraform', str(binary))}\n")
    if script is not None:
        fleet.write("bin/terraform", script).chmod(0o755)


@pytest.mark.parametrize(
    ("script", "version", "said"),
    [
        (None, "", "does not exist"),
        ("#!/bin/sh\necho hello\n", "", "neither Terraform nor OpenTofu"),
        ("not a program\n", "", "can't be started"),
        ("#!/bin/sh\necho Terraform v1.0.3\n", "", "needs Terraform 1."),
        ("#!/bin/sh\necho OpenTofu v1.6.3\n", "", "needs OpenTofu 1.7 or newer"),
        ("#!/bin/sh\necho Terraform v1.11.4\n", ">= 99", "ask for"),
    ],
    ids=["missing", "not Terraform", "no program", "too old", "too old an OpenTofu", "not as asked"],
)
def test_a_binary_that_will_not_do_is_refused_before_anything_is_recorded(
    fleet: FleetFolder, cellwright: Program, script: str | None, version: str, said: str
) -> None:
    _with_binary(fleet, script, version)
    for command in (["plan"], ["apply", "--yes"]):
        _is_told(cellwright.look(*command), said)
    assert runs(fleet) == ()


def test_a_mirror_that_is_not_there_is_refused(fleet: FleetFolder, cellwright: Program) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    fleet.write("fleet.yaml", f"{text}terraform: {{mirror: ./mirror}}\n")
    _is_told(cellwright.look("apply", "--yes"), "mirror")
    assert runs(fleet) == ()


def test_a_mirror_that_lacks_the_provider_is_named(fleet: FleetFolder, cellwright: Program) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    fleet.write("fleet.yaml", f"{text}terraform: {{mirror: ./mirror}}\n")
    (fleet.root / "mirror").mkdir()
    fleet.stack("worker", NEEDS_PROVIDER)
    answer = cellwright.run("apply", "--yes")
    _is_told(answer, "example/nowhere")
    assert "mirror" in answer.text


def test_a_backend_that_can_not_be_reached_fails_its_units(fleet: FleetFolder, cellwright: Program) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    config = '{address: "http://127.0.0.1:9/${unit.address}", retry_max: "0"}'
    fleet.write("fleet.yaml", f"{text}state: {{backend: http, config: {config}}}\n")
    answer = cellwright.run("apply", "--yes", "--json").expect(1)
    assert answer.outcomes == {"client/acme/a": "failed"}
    assert "connection refused" in answer.out
    assert fleet.desk.lines() == []


def _corrupt(path: Path) -> None:
    path.write_bytes(b"not a database, though it is long enough to be one" * 100)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _of_tomorrow(path: Path) -> None:
    with closing(sqlite3.connect(path)) as ledger, ledger:
        ledger.execute("UPDATE cellwright_version SET version_num = 'r9999'")


def _of_another_fleet(path: Path) -> None:
    with closing(sqlite3.connect(path)) as ledger, ledger:
        tables = {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "bindings" in tables, tables
        ledger.execute("UPDATE bindings SET value = 'elsewhere' WHERE value = 'trial'")


@pytest.mark.parametrize("spoil", [_corrupt, _cut_off, _of_tomorrow, _of_another_fleet])
def test_a_ledger_that_is_not_ours_to_use_stops_everything(
    fleet: FleetFolder, cellwright: Program, spoil: object
) -> None:
    cellwright.run("apply", "--yes").expect(0)
    done = fleet.desk.lines()
    assert callable(spoil)
    spoil(fleet.ledger)
    for command in (["status"], ["runs"], ["events"], ["apply", "--yes"], ["resume", "--yes"]):
        if spoil is _of_another_fleet and command[0] in ("runs", "events"):
            continue  # they look at the ledger, whosever it is
        _is_told(cellwright.look(*command), "ledger")
    assert fleet.desk.lines() == done


def test_a_key_that_is_gone_is_told_and_not_made_anew(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.run("apply", "--yes").expect(0)
    (fleet.home / "key").unlink()
    _is_told(cellwright.look("status"), "key")
    _is_told(cellwright.look("apply", "--yes"), "key")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("status client/nobody", 1),
        ("apply client/acme/b --yes", 1),
        ("explain client/acme/a nothing", 1),
        ("explain acme", 1),
        ("resume --yes", 1),
        ("resume 20200101-000000-abcd --yes", 1),
        ("logs 20200101-000000-abcd", 1),
        ("apply no-such.plan --yes", 2),
        ("apply --parallel 0 --yes", 2),
        ("apply --paralel 2", 2),
        ("frobnicate", 2),
        ("onboard", 2),
        ("onboard acme --set tier", 2),
        ("status --ledger nonsense://x", 1),
        ("check --fleet /nowhere/at/all", 1),
        ("init .", 1),
    ],
)
def test_what_can_not_be_meant_is_told(cellwright: Program, command: str, code: int) -> None:
    answer = cellwright.look(*command.split()).expect(code)
    assert answer.err.strip()
    assert "internal error" not in answer.text


def _is_told(answer: Answer, said: str) -> None:
    assert answer.code == 1, answer.text
    assert "Traceback" not in answer.text
    assert "internal error" not in answer.text
    assert said in answer.text, answer.text
