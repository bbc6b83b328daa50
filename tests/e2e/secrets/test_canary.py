"""A secret appears nowhere but where it must: in Terraform's own process, its states, and the settings."""

import base64
import json
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program

TYPED = "canary-typed-7Qx2"
"""In a variable marked sensitive."""
NESTED = "canary-nested-9Wk4"
"""Inside a mapping that is a sensitive variable."""
GIVEN = "canary-given-3Zp8"
"""In a sensitive output, taken by another unit."""
NAMED = "canary-named-5Lm1"
"""In the cell's environment, by a name that means a secret."""
ENCODED = base64.b64encode(f"user:{GIVEN}".encode()).decode()[12:24]
CANARY = re.compile(rf"canary-(typed|nested|given|named)-\w+|{ENCODED}", re.IGNORECASE)

KEEPER = """
variable "password" {
  type      = string
  sensitive = true
}
variable "settings" {
  type      = object({ token = string, depth = number })
  sensitive = true
}
resource "terraform_data" "this" {
  input            = { password = var.password, token = var.settings.token }
  triggers_replace = [var.password, var.settings.depth]
  provisioner "local-exec" {
    command = "echo the token is $API_TOKEN and $SECOND"
    environment = { SECOND = nonsensitive(var.settings.token) }
  }
}
output "given" {
  value     = "canary-given-3Zp8"
  sensitive = true
}
output "harmless" { value = "harmless" }
"""
TAKER = """
variable "taken" {
  type      = string
  sensitive = true
}
variable "desk" { type = string }
variable "fail" {
  type    = string
  default = ""
}
resource "terraform_data" "this" {
  input            = sha1(var.taken)
  triggers_replace = [var.fail]
  provisioner "local-exec" {
    command     = <<-EOT
      echo "begin taker" >>"$DESK/log"
      while [ -e "$DESK/hold" ]; do sleep 0.05; done
      echo "it is $TAKEN" >&2
      echo "user:$TAKEN" | base64 >&2
      if [ "$FAIL" = apply ]; then exit 3; fi
    EOT
    environment = { TAKEN = nonsensitive(var.taken), DESK = var.desk, FAIL = var.fail }
  }
  lifecycle {
    postcondition {
      condition     = var.fail != "plan" || self.input == ""
      error_message = "the input was ${nonsensitive(var.taken)}"
    }
  }
}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    stacks: dict[str, dict[str, Any]] = {
        "keeper": {"source": "./stacks/keeper"},
        "taker": {"source": "./stacks/taker"},
        "off": {"source": "./stacks/keeper", "enabled": False},
    }
    more = {"terraform": {"environment_allow": ["API_TOKEN"]}, "artifacts": {"url": "artifacts"}}
    fleet = make_fleet(tmp_path, stacks, {}, **more)
    fleet.stack("keeper", KEEPER)
    fleet.stack("taker", TAKER)
    fleet.write("clients/acme.yaml", _settings(fleet))
    return fleet


def test_no_secret_is_seen_anywhere(fleet: FleetFolder, program: Start, tmp_path: Path) -> None:
    cellwright = program(fleet)
    saved = tmp_path / "saved.plan"

    answers = [
        *_looks(cellwright),
        cellwright.run("plan", "--json").expect(0),
        cellwright.run("plan", "-o", str(saved)).expect(0),
    ]
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", mark="taker")
        arguments = _arguments_of_everything()
        # While a command runs, what it prints lies in its working folder as it came; nobody else may read it.
        _assert_private(fleet)
        fleet.desk.release()
        answers.append(running.finish().expect(0))
    for fail, more in (("apply", []), ("plan", ["--json"])):
        fleet.write("clients/acme.yaml", _settings(fleet, fail=fail, depth=len(fail)))
        answers += [
            cellwright.look("status", "--json").expect(0),
            cellwright.run("plan"),
            cellwright.run("plan", "--json"),
            cellwright.run("apply", "--yes", *more).expect(1),
        ]
    answers += [*_looks(cellwright), *_looks_back(cellwright)]

    everything = "".join(answer.text for answer in answers)
    assert "it is (sensitive value)" in everything, "the provisioner that failed was heard"
    assert "the input was (sensitive value)" in everything, "so was the condition"
    for answer in answers:
        assert not CANARY.search(answer.text), (answer.arguments, answer.text)
    assert not CANARY.search("\n".join(arguments))
    assert list(_files_with_canaries(fleet)) == []
    assert list(_rows_with_canaries(fleet)) == []
    assert any((fleet.root / "artifacts").rglob("*.part")), "what is copied for other machines was looked at"
    _assert_private(fleet)


def test_the_logs_say_that_something_was_hidden(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    (log,) = (fleet.home / "logs").rglob("keeper.log")
    assert "the token is (sensitive value) and (sensitive value)" in log.read_text()


def test_a_crash_leaves_no_secret_once_the_unit_is_taken_up_again(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", mark="taker")
        running.kill_tree()
    _assert_private(fleet)
    resumed = cellwright.run("resume", "--yes", "--json").expect(0)
    assert not CANARY.search(resumed.text)
    assert list(_files_with_canaries(fleet)) == []
    assert list(_rows_with_canaries(fleet)) == []


def test_an_adopted_apply_is_masked_too(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding():
        with cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin", mark="taker")
            running.kill()
        with cellwright.started("resume", "--yes") as resumed:
            resumed.hears("adopted")
            fleet.desk.release()
            answer = resumed.finish().expect(0)
    (log,) = (fleet.home / "logs").rglob("taker.log")
    assert "it is (sensitive value)" in log.read_text()
    assert not CANARY.search(answer.text)
    assert list(_files_with_canaries(fleet)) == []


def test_a_secret_that_changes_is_a_change_that_is_not_shown(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.write("clients/acme.yaml", _settings(fleet, password="canary-typed-other"))

    status = cellwright.look("status", "client/acme/keeper", "--json").expect(0)

    (unit,) = status.document["units"]
    assert unit["status"] == "changed"
    assert unit["reasons"][0]["summary"].startswith("password: (sensitive) -> (sensitive)")
    assert not CANARY.search(status.text)


def test_a_secret_of_the_wrong_type_is_refused_without_being_repeated(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    settings = _settings(fleet)
    settings["stacks"]["keeper"]["settings"] = {"token": [NESTED], "depth": TYPED}
    fleet.write("clients/acme.yaml", settings)
    for command in (["check"], ["check", "--json"], ["plan"], ["show"]):
        answer = cellwright.run(*command).expect(1)
        assert "settings" in answer.text
        assert not CANARY.search(answer.text), answer.text


def _settings(fleet: FleetFolder, *, fail: str = "", depth: int = 3, password: str = TYPED) -> dict[str, Any]:
    # A cell's own key would be a label of its units.
    keeper = {"password": "${cell.database_key}", "settings": {"token": NESTED, "depth": depth}}
    taker = {"taken": "${output.keeper.given}", "desk": str(fleet.desk.folder), "fail": fail}
    stacks = {"keeper": keeper, "taker": taker, "off": keeper}
    return {"environment": {"API_TOKEN": NAMED}, "database_key": password, "stacks": stacks}


def _looks(cellwright: Program) -> Iterator[Answer]:
    """Everything that only looks, for people and for programs."""
    units = [f"client/acme/{name}" for name in ("keeper", "taker", "off")]
    commands = [["check"], ["show"], ["status"], ["graph"], *(["explain", unit] for unit in units)]
    yield from (cellwright.look(*command).expect(0) for command in commands)
    yield from (cellwright.look(*command, "--json").expect(0) for command in commands)


def _looks_back(cellwright: Program) -> Iterator[Answer]:
    """Everything about what was done."""
    found = cellwright.look("runs", "--json").expect(0)
    logs = [["logs", run["run"]] for run in found.document["runs"]]
    yield from (cellwright.look(*command).expect(0) for command in (["runs"], ["events"], *logs))
    yield from (cellwright.look(*command, "--json").expect(0) for command in (["events"], logs[0]))


def _arguments_of_everything() -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def _files_with_canaries(fleet: FleetFolder) -> Iterator[Path]:
    """Every file of fleet and person but states, the settings, and the stacks (one has a secret in it)."""
    own = {fleet.home / "states", fleet.root / "clients", fleet.root / "stacks"}
    for path in (*fleet.root.rglob("*"), *(fleet.root.parent / "person").rglob("*")):
        copied = "source" in path.parts and path.name == "main.tf"
        if path.is_file() and own.isdisjoint(path.parents) and not copied and _has_canary(path):
            yield path


def _has_canary(path: Path) -> bool:
    return CANARY.search(path.read_bytes().decode("latin-1")) is not None


def _rows_with_canaries(fleet: FleetFolder) -> Iterator[str]:
    with closing(sqlite3.connect(fleet.ledger)) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert len(tables) > 5
        for table in tables:
            for row in ledger.execute(f"SELECT * FROM {table}"):  # noqa: S608  a table of our own
                if CANARY.search(repr(row)):
                    yield f"{table}: {row}"


def _copies(record: Path) -> Iterator[Path]:
    """The copy of a stack's source, whose files have a clone's permissions; its folder is closed."""
    source = record.parent / "source"
    yield source
    for name in json.loads(record.read_bytes())["files"]:
        yield from (source / name, *(source / parent for parent in Path(name).parents))


def _assert_private(fleet: FleetFolder) -> None:
    assert stat.S_IMODE(fleet.home.stat().st_mode) == 0o700
    for part in ("work", "logs", "states", "ledger.db", "key"):
        top = fleet.home / part
        copies = {copy for record in top.rglob("source.json") for copy in _copies(record)}
        for path in (top, *top.rglob("*")):
            if path.is_symlink() or not path.exists() or path in copies:
                continue
            mode = stat.S_IMODE(path.stat().st_mode)
            assert not mode & 0o077, f"{path} is open to others: {mode:o}"
