"""States that OpenTofu encrypts: a rename and a move write them encrypted, and lose nothing."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import binaries
from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.bucket import NAME, SETTINGS, keys_in, make_bucket
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

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
PHRASE_ONLY = 'variable "phrase" { type = string }\n'
KEPT = """
resource "terraform_data" "kept" { input = "canary-content" }
output "kept" {
  value     = terraform_data.kept.id
  sensitive = true
}
"""
GOING = 'resource "terraform_data" "going" { input = "canary-content" }\n'
TAKER = """
variable "given" {
  type      = string
  sensitive = true
}
resource "terraform_data" "taker" { input = sha1(var.given) }
"""


@pytest.fixture
def tofu(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in binaries.machine_with("tofu", tmp_path_factory.mktemp("machine")).items():
        monkeypatch.setenv(key, value)


def fleet_of(folder: Path, **more: Any) -> FleetFolder:  # noqa: ANN401  of fleet.yaml
    sources = {name: {"source": f"./stacks/{name}"} for name in ("app", "taker")}
    fleet = make_fleet(folder, sources, {"acme": {}}, **more)
    fleet.stack("app", ENCRYPTION + KEPT + GOING)
    fleet.stack("taker", ENCRYPTION + TAKER)
    stacks = {"app": {"phrase": PHRASE}, "db": {"phrase": PHRASE}}
    stacks["taker"] = {"phrase": PHRASE, "given": "${output.app.kept}"}
    fleet.write("defaults.yaml", {"stacks": {name: stacks[name] for name in ("app", "taker")}})
    fleet.write(".gitignore", ".cellwright/\n")
    return fleet


def divide(fleet: FleetFolder) -> None:
    fleet.stack("app", ENCRYPTION + KEPT)
    fleet.stack("db", ENCRYPTION + GOING)
    for name, before, after in (
        ("fleet.yaml", "source: ./stacks/app", "source: ./stacks/app\n    db:\n      source: ./stacks/db"),
        ("defaults.yaml", "stacks:\n", f"stacks:\n  db:\n    phrase: {PHRASE}\n"),
    ):
        path = fleet.root / name
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))


@contextmanager
def place(where: str, folder: Path, program: Start) -> Iterator[tuple[Program, Any]]:
    """A fleet whose states lie in files, or in a bucket."""
    if where == "local":
        yield program(fleet_of(folder)), None
        return
    with start_sandbox(folder, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        fleet = fleet_of(folder, state={"backend": "s3", "config": SETTINGS})
        yield Program(fleet, program(fleet).person, sandbox.environment), bucket


def written(fleet: FleetFolder, bucket: Any) -> dict[str, bytes]:  # noqa: ANN401  boto3 ships no types
    """All states as they lie there, by unit."""
    if bucket is not None:
        return {
            key.removesuffix(".tfstate"): bucket.get_object(Bucket=NAME, Key=key)["Body"].read()
            for key in keys_in(bucket)
        }
    root = fleet.home / "states"
    found = root.rglob("*.tfstate")
    return {path.relative_to(root).with_suffix("").as_posix(): path.read_bytes() for path in found}


PLACES = ["local", pytest.param("s3", marks=pytest.mark.aws)]


@pytest.mark.long
@pytest.mark.usefixtures("tofu")
@pytest.mark.parametrize("where", PLACES)
def test_encrypted_states_are_renamed_and_split(tmp_path: Path, program: Start, where: str) -> None:
    with place(where, tmp_path, program) as (cellwright, bucket):
        fleet = cellwright.fleet
        cellwright.commit_all()
        cellwright.run("apply", "--yes").expect(0)
        lineages = {unit: json.loads(text)["lineage"] for unit, text in written(fleet, bucket).items()}

        cellwright.run("rename", "client/acme", "beta", "--yes").expect(0)

        now = written(fleet, bucket)
        assert {unit: json.loads(text)["lineage"] for unit, text in now.items()} == {
            unit.replace("acme", "beta"): lineage for unit, lineage in lineages.items()
        }
        again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
        assert set(again.outcomes.values()) == {"unchanged"}

        divide(fleet)
        cellwright.commit_all()
        words = ("move", "client/beta/app", "db", "terraform_data.going")
        (shown,) = cellwright.run(*words, "--dry-run", "--json").expect(0).document["moves"]
        assert (shown["resources"], shown["warnings"]) == (["terraform_data.going"], [])
        cellwright.run(*words, "--yes").expect(0)
        again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
        assert set(again.outcomes.values()) == {"unchanged"}

        states = written(fleet, bucket)
        assert set(states) == {"client/beta/app", "client/beta/db", "client/beta/taker"}
        assert json.loads(states["client/beta/app"])["lineage"] == lineages["client/acme/app"]
        for text in states.values():
            assert "encrypted_data" in json.loads(text)
            assert b"canary" not in text
        assert not (fleet.home / "moves").exists()
        kept = [path for path in fleet.home.rglob("*.tfstate*") if b"canary" in path.read_bytes()]
        assert kept == []

        # And back, into a state that has others: a program sorts what it writes.
        fleet.stack("app", ENCRYPTION + GOING + KEPT)
        fleet.stack("db", ENCRYPTION)
        cellwright.commit_all()
        cellwright.run("move", "client/beta/db", "app", "terraform_data.going", "--yes").expect(0)
        again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
        assert set(again.outcomes.values()) == {"unchanged"}


@pytest.mark.long
@pytest.mark.usefixtures("tofu")
def test_resources_that_leave_an_encrypted_state_for_a_plain_one_are_warned_of(
    tmp_path: Path, program: Start
) -> None:
    cellwright = program(fleet_of(tmp_path))
    fleet = cellwright.fleet
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)
    words = ("move", "client/acme/app", "db", "terraform_data.going", "--dry-run")

    divide(fleet)
    # The word alone makes no encryption.
    fleet.stack("db", f"# encryption\n{PHRASE_ONLY}{GOING}")
    (warned,) = cellwright.run(*words, "--json").expect(0).document["moves"][0]["warnings"]
    assert warned["severity"] == "warning"
    assert warned["summary"].startswith(
        "the state of client/acme/app is encrypted, that of client/acme/db is not"
    )

    # Declared, a plan says it, and so does the plan of the apply that has moved them.
    path = fleet.root / "fleet.yaml"
    declared = "source: ./stacks/db\n      moved_from: {app: [terraform_data.going]}"
    path.write_text(path.read_text().replace("source: ./stacks/db", declared))
    cellwright.commit_all()
    assert "lies there in clear" in " ".join(cellwright.run("plan").expect(0).text.split())
    cellwright.run("apply", "--yes").expect(0)
    moved = cellwright.run("events", "--json").expect(0).document
    details = [event["detail"] for event in moved if event["action"] == "resources.moved"]
    assert [detail["unencrypted"] for detail in details] == [True, True]
    assert "encrypted_data" not in written(fleet, None)["client/acme/db"].decode()
    assert [path for path in (fleet.home / "moves").rglob("*") if path.is_file()] == []
