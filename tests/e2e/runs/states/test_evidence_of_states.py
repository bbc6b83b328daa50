"""Evidence lists what is in states that only the units' own program can read."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.bucket import SETTINGS, make_bucket
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program
from e2e.kit.state_server import Fault, StateServer

UNIT = "client/acme/only"


def _evidence(cellwright: Program, folder: Path) -> tuple[list[str], str]:
    """The units that the inventory has, and what was said."""
    said = cellwright.look("evidence", "--from", "1d", "-o", str(folder)).expect(0).text
    rows: list[Any] = json.loads((folder / "inventory.json").read_text())
    return [row["unit"] for row in rows], " ".join(said.split())


def test_states_on_a_server_are_read_and_what_can_not_be_is_a_gap(
    tmp_path: Path, program: Start, server: StateServer
) -> None:
    fleet = make_fleet(tmp_path, {"only": {}}, {"acme": {}}, state=server.settings)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)

    units, said = _evidence(cellwright, tmp_path / "first")
    assert set(units) == {UNIT}
    assert "not in the inventory" not in said

    server.fault = Fault.GONE
    units, said = _evidence(cellwright, tmp_path / "second")
    assert units == []
    gap = rf"not in the inventory \(1\): {UNIT}: (terraform|tofu) state failed with exit code 1: "
    assert re.search(gap, said)
    assert f"http://127.0.0.1:{server.port}/{UNIT}" in said
    server.fault = None


@pytest.mark.long
@pytest.mark.aws
def test_states_in_s3_behind_a_role_are_read(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        make_bucket(sandbox)
        role = {"role_arn": "arn:aws:iam::123456789012:role/states"}
        state = {"backend": "s3", "config": {**SETTINGS, "assume_role": role}}
        fleet = make_fleet(tmp_path, {"only": {}}, {"acme": {}}, state=state)
        cellwright = Program(fleet, program(fleet).person, sandbox.environment)
        cellwright.run("apply", "--yes").expect(0)
        units, said = _evidence(cellwright, tmp_path / "evidence")
        assert set(units) == {UNIT}, said
