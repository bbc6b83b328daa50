"""A plan that one machine has made is applied by another one: they share ledger, states and artifacts."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.address import UnitAddress
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.state_server import StateServer
from e2e.kit.terminal import at_a_terminal
from e2e.kit.waiting import eventually

UNIT = UnitAddress.parse("client/acme/a")
SECRET = "the-canary-of-the-plan"


@pytest.fixture
def first(tmp_path: Path, server: StateServer) -> FleetFolder:
    fleet = make_fleet(
        tmp_path, {"a": {}}, {"acme": {"stacks": {"a": {"value": SECRET}}}}, state=server.settings
    )
    path = fleet.root / "fleet.yaml"
    fleet.write("fleet.yaml", f"{path.read_text()}artifacts: {{url: '{tmp_path / 'artifacts'}'}}\n")
    return fleet


@pytest.mark.terraform
def test_what_one_machine_has_planned_another_one_applies(
    tmp_path: Path, first: FleetFolder, program: Start
) -> None:
    ledger = tmp_path / "shared" / "ledger.db"
    shared = {"CELLWRIGHT_LEDGER": sqlite_url(ledger), "CELLWRIGHT_KEY": "5a" * 32}
    plain = program(first)
    one = Program(first, plain.person, shared)
    second = FleetFolder(shutil.copytree(first.root, tmp_path / "second" / "fleet"), first.desk)
    other = replace(one, fleet=second)

    def die(process: "subprocess.Popen[bytes]") -> bytes:
        eventually(lambda: any((tmp_path / "artifacts/logs").rglob("*.part")), "the log of what was done")
        process.kill()
        return b""

    at_a_terminal(one, die)
    (plan,) = (tmp_path / "artifacts/plans").rglob("*.tfplan")
    shutil.rmtree(first.home)  # that machine is gone
    assert SECRET.encode() not in plan.read_bytes()

    other.run("resume", "--yes").expect(0)
    with open_ledger(sqlite_url(ledger)) as opened:
        run = opened.reader.runs(1)[0].id
        found = opened.reader.run_unit(run, UNIT)
    assert found is not None
    assert (found.outcome.value if found.outcome else None, found.attempt) == ("applied", 1)
    assert first.desk.count("done") == {"acme-a": 1}
    assert list((tmp_path / "artifacts/plans").rglob("*.tfplan")) == []

    log = "\n".join(other.look("logs", run, "--json").document["logs"][0]["lines"])
    assert re.search(r"\$ (terraform|tofu) plan", log), "what the first machine has done"
    assert re.search(r"\$ (terraform|tofu) apply", log)
