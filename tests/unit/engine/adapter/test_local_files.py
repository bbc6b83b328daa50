import json
import os
from pathlib import Path

import pytest

from cellwright.engine.adapter.local_files import logs_of, remove_folder, remove_logs, working_folders
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, StateMark

APP = UnitAddress("client", "acme", "app")
SFTP = UnitAddress("client", "acme", "sftp")


def head(state: StateMark, failed: str | None = None) -> AppliedHead:
    return AppliedHead(address=APP, fingerprint="fingerprint", failed=failed, state=state)


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_logs_are_found_by_their_units_and_nothing_else_is_taken_for_one(tmp_path: Path) -> None:
    write(tmp_path / "run" / "client" / "acme" / "app.log", "four")
    write(tmp_path / "run" / "client" / "acme" / "notes.txt")
    write(tmp_path / "run" / "client" / "UPPER CASE" / "app.log")
    (tmp_path / "run" / "client" / "acme" / "folder.log").mkdir()
    assert [(log.unit, log.size) for log in logs_of(tmp_path, "run")] == [(APP, 4)]
    assert logs_of(tmp_path, "no-run") == ()


def test_a_run_s_folder_goes_with_its_last_log(tmp_path: Path) -> None:
    write(tmp_path / "run" / "client" / "acme" / "app.log")
    write(tmp_path / "run" / "client" / "acme" / "sftp.log")
    first, second = logs_of(tmp_path, "run")
    remove_logs(tmp_path, "run", (first,))
    assert logs_of(tmp_path, "run") == (second,)
    remove_logs(tmp_path, "run", (first, second))
    assert list(tmp_path.iterdir()) == []


def test_working_folders_are_found_also_those_for_reading(tmp_path: Path) -> None:
    write(tmp_path / "client" / "acme" / "app" / "source.json")
    write(tmp_path / ".states" / "client" / "acme" / "sftp" / "source.json")
    write(tmp_path / "client" / "acme" / "file")
    (tmp_path / "client" / "acme" / "link").symlink_to(tmp_path)
    found = list(working_folders(tmp_path))
    assert [left.unit for left in found] == [APP, SFTP]
    for left in found:
        remove_folder(tmp_path, left)
    assert list(working_folders(tmp_path)) == []
    assert not (tmp_path / ".states" / "client").exists()
    assert list(working_folders(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("recorded", "needed"),
    [
        pytest.param(None, True, id="never recorded"),
        pytest.param(head(StateMark("ours", 5)), True, id="nothing recorded since"),
        pytest.param(head(StateMark("ours", 6)), False, id="a later version is on record"),
        pytest.param(head(StateMark("ours", 6), failed="f"), True, id="of an apply that failed"),
        pytest.param(head(StateMark("theirs", 9)), True, id="another one is on record"),
    ],
)
def test_the_state_before_an_apply_is_needed_until_a_later_one_is_on_record(
    tmp_path: Path, recorded: AppliedHead | None, *, needed: bool
) -> None:
    state = {"version": 4, "terraform_version": "1.11.4", "serial": 5, "lineage": "ours"}
    write(tmp_path / "client" / "acme" / "app" / "before-apply.tfstate", json.dumps(state))
    (left,) = working_folders(tmp_path)
    assert left.needs_state_before(recorded) is needed


def test_a_folder_was_used_when_its_lock_was_taken_last(tmp_path: Path) -> None:
    folder = tmp_path / "client" / "acme" / "app"
    lock = write(folder / "command" / "lock")
    for path, time in ((folder, 100), (lock, 300)):
        os.utime(path, (time, time))
    (left,) = working_folders(tmp_path)
    assert left.last_used() == 300
    assert not left.in_use()
    lock.unlink()
    os.utime(folder, (100, 100))
    assert left.last_used() == 100


def test_what_is_linked_from_elsewhere_gives_no_room(tmp_path: Path) -> None:
    provider = write(tmp_path / "cache" / "provider", "p" * 100_000)
    folder = tmp_path / "work" / "client" / "acme" / "app"
    write(folder / "main.tf", "four")
    (folder / "provider").hardlink_to(provider)
    (left,) = working_folders(tmp_path / "work")
    assert left.size() < 100_000


@pytest.mark.parametrize(
    "place", ["errored.tfstate", "errored.tfstate.1", "source/errored.tfstate", "source/a/b/errored.tfstate"]
)
def test_a_folder_with_a_state_that_could_not_be_written_is_known(tmp_path: Path, place: str) -> None:
    write(tmp_path / "client" / "acme" / "app" / "source" / "main.tf")
    (found,) = working_folders(tmp_path)
    assert not found.holds_unsaved_state()
    write(tmp_path / "client" / "acme" / "app" / place)
    assert found.holds_unsaved_state()
