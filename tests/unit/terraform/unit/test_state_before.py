"""The state from before an apply is taken from the plan file, closed to others."""

import json
from pathlib import Path

import pytest

from cellwright.terraform.unit.state_before import drop_state_before, keep_state_before
from cellwright.terraform.workspace.unit_folder import UnitFolder
from unit.terraform.planfile.plan_bytes import plan, plan_file

STATE = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "ours", "resources": []}


@pytest.fixture
def folder(tmp_path: Path) -> UnitFolder:
    """A unit's folder in which the state from before an earlier apply is left."""
    found = UnitFolder(tmp_path)
    found.state_before.write_text("an earlier one")
    return found


def test_it_is_kept_for_its_owner_alone_until_it_is_dropped(folder: UnitFolder, tmp_path: Path) -> None:
    keep_state_before(folder, plan_file(tmp_path / "plan", plan(), state=STATE))
    assert json.loads(folder.state_before.read_bytes()) == STATE
    assert folder.state_before.stat().st_mode & 0o777 == 0o600
    drop_state_before(folder)
    drop_state_before(folder)
    assert not folder.state_before.exists()


def test_nothing_is_kept_of_a_plan_for_no_state(folder: UnitFolder, tmp_path: Path) -> None:
    plan_file(tmp_path / "plan", plan(), state={**STATE, "serial": 0, "lineage": ""})
    keep_state_before(folder, tmp_path / "plan")
    assert not folder.state_before.exists()


def test_nothing_is_kept_of_an_encrypted_plan(folder: UnitFolder, tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(b"an encrypted plan")
    keep_state_before(folder, tmp_path / "plan")
    assert not folder.state_before.exists()


def test_what_can_t_be_written_is_not_kept(folder: UnitFolder, tmp_path: Path) -> None:
    made = plan_file(tmp_path / "plan", plan(), state=STATE)
    folder.state_before.unlink()
    keep_state_before(UnitFolder(tmp_path / "gone"), made)
    assert [*tmp_path.iterdir()] == [made]
