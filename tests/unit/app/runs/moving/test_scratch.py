"""Nothing stays of folders for copies of states: of one that is refused, fails or is killed."""

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest

from cellwright.app.runs.moving import scratch
from cellwright.app.runs.moving.scratch import preview_folder, remove_left_copies, scratch_folder
from cellwright.model.diagnostic import DiagnosticError, error

CANARY = "a secret in clear"


def test_nothing_stays_of_one_that_ends_or_fails(tmp_path: Path) -> None:
    for make in (scratch_folder, preview_folder):
        with make(tmp_path) as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
            (folder / "a.tfstate").write_text(CANARY)
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(DiagnosticError, match="refused"), make(tmp_path) as folder:
            refused(folder)
        assert list(tmp_path.iterdir()) == []


def refused(folder: Path) -> None:
    (folder / "a.tfstate").write_text(CANARY)
    raise DiagnosticError(error("refused"))


def killed_with_a_copy(home: Path) -> None:
    child = os.fork()
    if child == 0:
        try:
            with preview_folder(home) as folder:
                (folder / "a.tfstate").write_text(CANARY)
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)  # else a copy of this process would go on with the tests
    os.waitpid(child, 0)
    assert list(home.rglob("a.tfstate"))


def test_what_a_killed_process_has_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    killed_with_a_copy(tmp_path)
    with scratch_folder(tmp_path) as mine, scratch_folder(tmp_path) as other:
        assert {path for path in (tmp_path / "moves").iterdir() if path.is_dir()} == {mine, other}
        remove_left_copies(tmp_path)
        assert mine.is_dir()
        assert other.is_dir()
    assert list(tmp_path.iterdir()) == []
    killed_with_a_copy(tmp_path)
    remove_left_copies(tmp_path)
    assert list(tmp_path.iterdir()) == []
    remove_left_copies(tmp_path)


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "ended"])
def test_what_can_t_be_removed_is_tried_again_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    def busy(_folder: Path, *, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise OSError(16, "busy")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", busy)
        if killed:
            killed_with_a_copy(tmp_path)
            remove_left_copies(tmp_path)
        else:
            with scratch_folder(tmp_path) as folder:
                (folder / "a.tfstate").write_text(CANARY)
    assert list(tmp_path.rglob("a.tfstate"))
    with scratch_folder(tmp_path) as mine:
        assert [path for path in (tmp_path / "moves").iterdir() if path.is_dir()] == [mine]
    assert list(tmp_path.iterdir()) == []


def test_one_preview_at_a_time_though_the_lock_file_goes_with_each(tmp_path: Path) -> None:
    inside, most, guard = [0], [0], threading.Lock()

    def looking() -> None:
        for _ in range(3):
            with preview_folder(tmp_path):
                with guard:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with guard:
                    inside[0] -= 1

    previews = [threading.Thread(target=looking) for _ in range(4)]
    for item in previews:
        item.start()
    for item in previews:
        item.join()
    assert most == [1]
    assert list(tmp_path.iterdir()) == []


def test_whoever_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_LONGEST_WAIT", 0.0)
    monkeypatch.setattr(scratch, "_PAUSE", 0.01)
    with (
        preview_folder(tmp_path),
        pytest.raises(DiagnosticError, match="another rename or move is being planned"),
        preview_folder(tmp_path),
    ):
        pass
