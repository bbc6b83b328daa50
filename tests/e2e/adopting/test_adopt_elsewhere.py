"""Adoption of states in S3, encrypted ones, locked ones; one that is killed, and two of them at once."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import binaries
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.bucket import NAME, SETTINGS, make_bucket
from e2e.kit.fleet import WORKER, FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.state_server import StateServer
from e2e.kit.waiting import eventually

PHRASE = "canary-passphrase-8Kd3vQ"
ENCRYPTION = """
variable "phrase" {
  type      = string
  sensitive = true
}
terraform {
  encryption {
    key_provider "pbkdf2" "main" {
      passphrase    = var.phrase
      hash_function = "sha256" # the cheapest that is allowed
      iterations    = 200000
    }
    method "aes_gcm" "main" {
      keys = key_provider.pbkdf2.main
    }
    state {
      method   = method.aes_gcm.main
      enforced = true
    }
    plan {
      method   = method.aes_gcm.main
      enforced = true
    }
  }
}
"""
UNITS = [f"client/{cell}/{stack}" for cell in ("acme", "globex") for stack in ("a", "b")]


def fleet_with(folder: Path, state: Any, more: Any = None) -> FleetFolder:  # noqa: ANN401  as YAML has it
    cells: Mapping[str, Mapping[str, Any]] = {"acme": {}, "globex": {}}
    fleet = make_fleet(folder, {"a": {}, "b": {}}, cells, state=state, terraform={"lock_timeout": "1s"})
    common = {"desk": str(fleet.desk.folder), **(more or {})}
    settings = {
        "a": {"mark": "${unit.cell}-a", **common},
        "b": {"mark": "${unit.cell}-b", "upstream": "${output.a.value}", **common},
    }
    fleet.write("defaults.yaml", {"stacks": settings})
    return fleet


def forgotten(fleet: FleetFolder, program: Start) -> Program:
    """Apply all, and forget it: another clone."""
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    shutil.rmtree(fleet.home)
    return cellwright


def standings(document: Any) -> dict[str, str]:  # noqa: ANN401  what --json gives
    return {item["unit"]: item["standing"] for item in document["units"]}


def adopted(cellwright: Program) -> Counter[str]:
    """How often each unit was adopted, by the events."""
    found = cellwright.look("events", "--action", "unit.adopted", "--json").expect(0).document
    return Counter(item["subject"] for item in found)


def recorded(fleet: FleetFolder) -> int:
    if not fleet.ledger.exists():
        return 0
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        return len(ledger.reader.heads())


def is_whole(fleet: FleetFolder, cellwright: Program) -> None:
    """Every unit is on record once, up to date, and was made once."""
    assert adopted(cellwright) == Counter(dict.fromkeys(UNITS, 1))
    status = cellwright.look("status", "--json").expect(0).document
    assert {item["address"]: item["status"] for item in status["units"]} == dict.fromkeys(UNITS, "up_to_date")
    assert set(fleet.desk.count("done").values()) == {1}


@pytest.mark.long
@pytest.mark.aws
def test_states_in_s3_are_adopted(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        fleet = fleet_with(tmp_path, {"backend": "s3", "config": dict(SETTINGS)})
        cellwright = forgotten(
            fleet, lambda fleet: Program(fleet, program(fleet).person, sandbox.environment)
        )
        name = {"Bucket": NAME, "Key": f"{UNITS[0]}.tfstate"}
        state = bucket.get_object(**name)["Body"].read()
        newer = re.sub(rb'("terraform_version": *)"[^"]*"', rb'\1"99.1.0"', state)
        bucket.put_object(**name, Body=newer)
        refused = cellwright.look("ledger", "adopt", "--dry-run").expect(1).text
        assert f"the state of {UNITS[0]} was written by version 99.1.0, which is newer" in refused
        bucket.put_object(**name, Body=state)
        found = cellwright.run("ledger", "adopt", "--yes", "--json").expect(0).document
        assert standings(found) == dict.fromkeys(UNITS, "up to date")
        is_whole(fleet, cellwright)


@pytest.mark.long
def test_encrypted_states_are_adopted_with_their_key(
    tmp_path: Path, program: Start, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name, value in binaries.machine_with("tofu", tmp_path_factory.mktemp("machine")).items():
        monkeypatch.setenv(name, value)
    places = {"backend": "local", "config": {"path": f"{tmp_path}/states/${{unit.address}}.tfstate"}}
    fleet = fleet_with(tmp_path, places, {"phrase": PHRASE})
    fleet.stack("worker", WORKER + ENCRYPTION)
    cellwright = forgotten(fleet, program)
    assert "encrypted_data" in (tmp_path / "states/client/acme/a.tfstate").read_text()
    dry = cellwright.run("ledger", "adopt", "--dry-run", "--json").expect(0)
    waiting = {f"client/{cell}/b": "after others" for cell in ("acme", "globex")}
    assert standings(dry.document) == {**dict.fromkeys(UNITS, "found"), **waiting}
    assert "first" not in dry.text
    found = cellwright.run("ledger", "adopt", "--yes", "--json").expect(0)
    assert standings(found.document) == dict.fromkeys(UNITS, "up to date")
    assert PHRASE not in found.text
    is_whole(fleet, cellwright)
    shutil.rmtree(fleet.home)

    settings = (fleet.root / "defaults.yaml").read_text()
    fleet.write("defaults.yaml", settings.replace(PHRASE, "another-passphrase-0000"))
    wrong = cellwright.run("ledger", "adopt", "--yes", "--json").expect(1)
    assert set(standings(wrong.document).values()) == {"refused"}
    assert "can't be decrypted with the key that is given" in wrong.text
    assert recorded(fleet) == 0


def test_an_adoption_that_is_killed_is_repeated(tmp_path: Path, program: Start, server: StateServer) -> None:
    fleet = fleet_with(tmp_path, server.settings)
    cellwright = forgotten(fleet, program)
    with cellwright.started("ledger", "adopt", "--yes", "--parallel", "1") as running:
        eventually(lambda: recorded(fleet) > 0, "the first unit on record")
        running.kill_tree()
    assert recorded(fleet) > 0
    server.locks.clear()  # of a plan that was killed; whose they are is known by who was killed
    cellwright.run("ledger", "adopt", "--yes").expect(0)
    is_whole(fleet, cellwright)


@pytest.mark.long
def test_two_adoptions_at_once_record_each_unit_once(
    tmp_path: Path, program: Start, server: StateServer
) -> None:
    fleet = fleet_with(tmp_path, server.settings)
    cellwright = forgotten(fleet, program)
    command = ("ledger", "adopt", "--yes", "--json")
    with cellwright.started(*command) as one, cellwright.started(*command) as other:
        answers = [one.finish(), other.finish()]
    for answer in answers:
        assert answer.code in {0, 1}, answer.text
        said = [item for item in json.loads(answer.out)["units"] if item["standing"] == "refused"]
        told = [json.dumps(item) for item in said]
        assert all("is being worked on by" in text or "is not adopted" in text for text in told), told
    cellwright.run("ledger", "adopt", "--yes").expect(0)
    is_whole(fleet, cellwright)


def test_a_state_that_somebody_has_locked_is_left_to_them(
    tmp_path: Path, program: Start, server: StateServer
) -> None:
    fleet = fleet_with(tmp_path, server.settings)
    cellwright = forgotten(fleet, program)
    lock = {"ID": "1", "Operation": "OperationTypeApply", "Who": "ann@far", "Created": "2026-01-01T00:00:00Z"}
    path = next(name for name in server.states if name.endswith("client/acme/a"))
    server.locks[path] = lock
    found = cellwright.run("ledger", "adopt", "--yes", "--json").expect(1)
    assert standings(found.document) == {
        "client/acme/a": "refused",
        "client/acme/b": "refused",
        "client/globex/a": "up to date",
        "client/globex/b": "up to date",
    }
    # OpenTofu tells who holds it; Terraform describes its own attempt to take it.
    assert re.search(
        "the state is locked(; its backend does not say by whom, only: lock 1"
        "| by ann@far since 2026-01-01 00:00:00 UTC)",
        found.text,
    )
    assert server.locks[path] == lock
    server.locks.clear()
    cellwright.run("ledger", "adopt", "--yes").expect(0)
    assert adopted(cellwright)["client/acme/a"] == 1
