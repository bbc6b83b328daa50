"""A whole life with OpenTofu's encryption; the passphrase is in no file but the client's settings."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

import binaries
from e2e.conftest import Start
from e2e.kit.fleet import WORKER, FleetFolder, make_fleet
from e2e.kit.program import Answer, Program
from e2e.kit.state_server import state_server

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

output "given" {
  value     = "given-${var.value}"
  sensitive = true
}
"""
SEALED = WORKER.replace('variable "upstream" {', 'variable "upstream" {\n  sensitive = true')
UNIT = "client/acme/first"
PROGRAMS = [
    *(name for name in binaries.ALL if binaries.product(name) == "tofu"),
    *(pytest.param(name, marks=pytest.mark.long) for name in binaries.OLDER),
]


@pytest.fixture(params=PROGRAMS)
def fleet(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> FleetFolder:
    """A fleet of an encrypted stack; the machine's command `terraform` is one of the OpenTofu programs."""
    for key, value in binaries.machine_with(request.param, tmp_path_factory.mktemp("machine")).items():
        monkeypatch.setenv(key, value)
    stacks = {name: {"source": "./stacks/sealed"} for name in ("first", "second")}
    fleet = make_fleet(tmp_path, stacks, {})
    fleet.stack("sealed", SEALED + ENCRYPTION)
    fleet.write("clients/acme.yaml", _settings(fleet))
    return fleet


def test_from_the_first_apply_to_the_last_destroy(fleet: FleetFolder, program: Start, tmp_path: Path) -> None:
    cellwright = program(fleet)
    cellwright.commit_all()
    answers = [cellwright.run("apply", "--yes").expect(0), *_looks(cellwright)]
    assert _status(answers[-1]) == {"client/acme/first": "up_to_date", "client/acme/second": "up_to_date"}
    assert "encrypted_data" in fleet.state(UNIT).read_text()

    # Somebody else removes the resource from the state: seen without a key, mended with it.
    _remove_from_state(fleet)
    status = cellwright.look("status", "--json").expect(0)
    assert _status(status)[UNIT] == "changed"
    assert "written by somebody else" in status.text
    saved = fleet.root.parent / "saved.plan"
    answers.append(cellwright.run("plan", "-o", str(saved)).expect(0))
    answers.append(cellwright.run("apply", str(saved), "--yes", "--json").expect(0))
    assert fleet.desk.count("done") == {"acme-first": 2, "acme-second": 1}

    # A change, killed with all that belongs to it while it is applied.
    fleet.write("clients/acme.yaml", _settings(fleet, value="2"))
    cellwright.commit_all()
    with fleet.desk.holding("acme-first"), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", 3, mark="acme-first")
        running.kill_tree()
    assert list(_files_with_the_passphrase(fleet)) == [], "of a run that was killed"
    answers += [cellwright.run("resume", "--yes").expect(0), *_looks(cellwright)]
    assert set(_status(answers[-1]).values()) == {"up_to_date"}

    answers.append(_evidence(cellwright, tmp_path / "evidence"))
    listed = json.loads((tmp_path / "evidence/inventory.json").read_text())
    assert [row["unit"] for row in listed] == ["client/acme/first", "client/acme/second"]

    fleet.write("clients/acme.yaml", _settings(fleet, phrase="another-passphrase-0000"))
    cellwright.commit_all()
    closed = " ".join(_evidence(cellwright, tmp_path / "closed").text.split())
    assert (
        "encrypted states that are not in the inventory (2): client/acme/first: the state can't be" in closed
    )
    wrong = cellwright.run("apply", "--yes").expect(1)
    assert "can't be decrypted with the key that is given" in wrong.text
    assert "keep the former method as `fallback`" in " ".join(wrong.text.split())
    fleet.write("clients/acme.yaml", _settings(fleet, value="2"))

    assert list(_files_with_the_passphrase(fleet)) == []
    cellwright.commit_all()
    answers.append(cellwright.run("offboard", "acme", "--yes").expect(0))
    assert fleet.desk.count("gone")["acme-second"] == 2
    assert not (fleet.root / "clients/acme.yaml").exists()

    for answer in answers:
        assert PHRASE not in answer.text, answer.arguments
    assert list(_files_with_the_passphrase(fleet)) == []
    assert list(_rows_with_the_passphrase(fleet)) == []


def test_an_apply_that_went_on_alone_is_recorded_from_its_encrypted_state(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding("acme-first"):
        with cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin", mark="acme-first")
            running.kill()
        with cellwright.started("resume", "--yes") as resumed:
            resumed.hears("adopted")
            fleet.desk.release("acme-first")
            resumed.finish().expect(0)
    # The second takes a sensitive output of the first, which its state alone has.
    assert fleet.desk.count("done") == {"acme-first": 1, "acme-second": 1}
    assert list(_files_with_the_passphrase(fleet)) == []


def test_an_encrypted_state_in_a_remote_backend_is_read_for_who_takes_its_secrets(
    fleet: FleetFolder, program: Start
) -> None:
    with state_server() as server:
        settings = yaml.safe_load((fleet.root / "fleet.yaml").read_text())
        fleet.write("fleet.yaml", {**settings, "state": server.settings})
        answer = program(fleet).run("apply", "--yes", "--json").expect(0)

        assert set(answer.outcomes.values()) == {"applied"}
        assert len(server.states) == 2
        assert all(b"encrypted_data" in state for state in server.states.values())
    assert list(_files_with_the_passphrase(fleet)) == []


def _settings(fleet: FleetFolder, *, value: str = "1", phrase: str = PHRASE) -> dict[str, Any]:
    common = {"desk": str(fleet.desk.folder), "phrase": phrase, "value": value}
    first = {**common, "mark": "acme-first"}
    second = {**common, "mark": "acme-second", "upstream": "${output.first.given}"}
    return {"stacks": {"first": first, "second": second}}


def _evidence(cellwright: Program, folder: Path) -> Answer:
    return cellwright.look("evidence", "--from", "1d", "-o", str(folder)).expect(0)


def _looks(cellwright: Program) -> Iterator[Answer]:
    yield from (
        cellwright.look(*command).expect(0) for command in (["show"], ["status"], ["events", "--json"])
    )
    yield cellwright.look("status", "--json").expect(0)


def _status(answer: Answer) -> dict[str, str]:
    return {unit["address"]: unit["status"] for unit in answer.document["units"]}


def _remove_from_state(fleet: FleetFolder) -> None:
    folder = fleet.home / "work" / UNIT / "source"
    environment = {"PATH": "/usr/bin:/bin", "TF_VAR_phrase": PHRASE, "HOME": str(fleet.root.parent)}
    subprocess.run(
        [str(shutil.which("terraform")), "state", "rm", "terraform_data.this"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )


def _files_with_the_passphrase(fleet: FleetFolder) -> Iterator[Path]:
    settings = (fleet.root / "clients/acme.yaml", fleet.root / "archived/acme/acme.yaml")
    for path in fleet.root.parent.rglob("*"):
        if path.is_file() and path not in settings and PHRASE.encode() in path.read_bytes():
            yield path


def _rows_with_the_passphrase(fleet: FleetFolder) -> Iterator[str]:
    with closing(sqlite3.connect(fleet.ledger)) as ledger:
        for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = ledger.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  a table of our own
            yield from (f"{name}: {row}" for row in rows if PHRASE in json.dumps(row, default=repr))
