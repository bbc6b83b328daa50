import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.checkout import Checkouts
from cellwright.stacks.source.seal import seal
from patience import PATIENCE
from process_ends import ends
from unit.git.origins import Origin, git


class LoggedGit:
    """The real git behind a program that notes each command, and can be told to hang in one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        program = folder / "git"
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {self.log}\n'
            f'case "$*" in *"$(cat {folder}/hang)"*) echo $$ > {folder}/hung; exec sleep 600;; esac\n'
            f'exec {shutil.which("git")} "$@"\n'
        )
        program.chmod(0o755)
        self.hang_in("nothing at all")

    def hang_in(self, command: str) -> None:
        (self.folder / "hang").write_text(command)

    def release(self) -> None:
        os.kill(int((self.folder / "hung").read_text()), signal.SIGKILL)

    def ends(self) -> bool:
        """Wait until what hung is gone."""
        return ends(int((self.folder / "hung").read_text()))

    def count(self, command: str) -> int:
        return sum(f" {command} " in line for line in self.log.read_text().splitlines())


@pytest.fixture
def logged_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoggedGit:
    (tmp_path / "bin").mkdir()
    logged = LoggedGit(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return logged


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "cache"
    yield folder
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)


def test_a_commit_is_fetched_once_and_kept(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit = origin.commit({"a/main.tf": "# 1"}, tag="v1")
    for _ in range(2):
        checkouts = Checkouts(cache, os.environ)
        assert checkouts.commit(origin.url, "v1") == commit
        assert (checkouts.files(origin.url, commit) / "a/main.tf").read_text() == "# 1"
    assert (logged_git.count("ls-remote"), logged_git.count("fetch")) == (1, 1)


def test_what_is_kept_needs_no_repository(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit = origin.commit({"main.tf": ""}, tag="v1")
    Checkouts(cache, os.environ).files(origin.url, Checkouts(cache, os.environ).commit(origin.url, "v1"))
    shutil.rmtree(origin.folder)
    logged_git.log.write_text("")
    assert Checkouts(cache, os.environ).commit(origin.url, "v1") == commit
    assert Checkouts(cache, os.environ).commit(origin.url, commit) == commit
    assert (Checkouts(cache, os.environ).files(origin.url, commit) / "main.tf").exists()
    assert logged_git.log.read_text() == ""


def test_a_tag_stays_and_a_branch_moves(origin: Origin, cache: Path) -> None:
    first = origin.commit({"main.tf": "1"}, tag="v1")
    assert (
        Checkouts(cache, os.environ).commit(origin.url, "v1")
        == Checkouts(cache, os.environ).commit(origin.url, "main")
        == first
    )
    second = origin.commit({"main.tf": "2"})
    git("tag", "--force", "v1", second, cwd=origin.work)
    git("push", "--quiet", "--force", "--tags", "origin", cwd=origin.work)
    assert Checkouts(cache, os.environ).commit(origin.url, "v1") == first
    assert Checkouts(cache, os.environ).commit(origin.url, "main") == second
    assert Checkouts(cache, os.environ).commit(origin.url, None) == second


def test_a_note_of_a_tag_that_is_damaged_is_asked_for_anew(origin: Origin, cache: Path) -> None:
    commit = origin.commit({"main.tf": "1"}, tag="v1")
    Checkouts(cache, os.environ).commit(origin.url, "v1")
    (note,) = (path for path in cache.rglob("tags/*"))
    note.write_text(commit[:7])
    assert Checkouts(cache, os.environ).commit(origin.url, "v1") == commit
    assert note.read_text() == commit


def test_two_repositories_may_have_the_same_tag(origin: Origin, cache: Path, tmp_path: Path) -> None:
    other = Origin.create(tmp_path / "other")
    commits = {origin.commit({"main.tf": "1"}, tag="v1"), other.commit({"main.tf": "2"}, tag="v1")}
    assert {Checkouts(cache, os.environ).commit(item.url, "v1") for item in (origin, other)} == commits


def test_kept_files_are_read_only(origin: Origin, cache: Path) -> None:
    (origin.work / "run.sh").write_text("x")
    (origin.work / "run.sh").chmod(0o755)
    (origin.work / "link").symlink_to("a/main.tf")
    folder = Checkouts(cache, os.environ).files(origin.url, origin.commit({"a/main.tf": ""}))
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {folder.name: 0o555, "a": 0o555, "main.tf": 0o444, "run.sh": 0o555, "link": 0o777}


def _remove_file(folder: Path) -> None:
    (folder / "a" / "main.tf").unlink()


def _remove_link(folder: Path) -> None:
    (folder / "link").unlink()


def _turn_link(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("a/more.tf")


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder / "a")


def _add_file(folder: Path) -> None:
    (folder / "a" / "other.tf").touch()


def _change_file(folder: Path) -> None:
    path = folder / "a" / "main.tf"
    status = path.stat()
    path.write_text("?" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _damage_record(folder: Path) -> None:
    folder.with_name(f"{folder.name}.files").write_text('{"a/main.tf": 3')


_HARMS = [_remove_file, _remove_link, _turn_link, _remove_folder, _add_file, _change_file, _damage_record]


def _kept(origin: Origin, cache: Path) -> tuple[str, Path]:
    (origin.work / "link").symlink_to("a/main.tf")
    commit = origin.commit({"a/main.tf": "# 1", "a/more.tf": "# 2"})
    folder = Checkouts(cache, os.environ).files(origin.url, commit)
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)
    return commit, folder


@pytest.mark.parametrize("harm", _HARMS)
def test_a_checkout_that_lost_a_file_is_fetched_anew(
    origin: Origin, cache: Path, harm: Callable[[Path], None]
) -> None:
    commit, folder = _kept(origin, cache)
    harm(folder)

    assert Checkouts(cache, os.environ).files(origin.url, commit) == folder

    assert sorted(path.name for path in folder.rglob("*")) == ["a", "link", "main.tf", "more.tf"]
    assert (folder / "a" / "main.tf").read_text() == (folder / "link").read_text() == "# 1"
    assert not list(folder.parent.glob(".*ing-*"))


def test_a_checkout_that_lost_a_file_is_not_used_without_its_repository(origin: Origin, cache: Path) -> None:
    commit, folder = _kept(origin, cache)
    _remove_file(folder)
    shutil.rmtree(origin.folder)
    with pytest.raises(
        DiagnosticError, match=r"that were kept in .* are gone or changed; (?s:.*) can't be fetched"
    ):
        Checkouts(cache, os.environ).files(origin.url, commit)


def test_a_checkout_without_record_is_fetched_anew_if_that_is_possible(origin: Origin, cache: Path) -> None:
    commit, folder = _kept(origin, cache)
    record = folder.with_name(f"{folder.name}.files")
    record.unlink()
    assert Checkouts(cache, os.environ).files(origin.url, commit) == folder
    assert record.exists()

    record.unlink()
    shutil.rmtree(origin.folder)
    with pytest.raises(DiagnosticError, match="are gone or changed"):
        Checkouts(cache, os.environ).files(origin.url, commit)


def test_what_somebody_has_put_there_counts_only_by_its_commit(
    origin: Origin, cache: Path, logged_git: LoggedGit
) -> None:
    commit, folder = _kept(origin, cache)
    (folder / "a" / "main.tf").chmod(0o644)
    (folder / "a" / "main.tf").write_text("# planted")
    made = json.loads(folder.with_name(f"{commit}.files").read_text())
    planted = {**made, "files": {**seal(folder), "link": made["files"]["link"]}}
    for path in (folder, folder / "a"):
        path.chmod(0o700)
    os.utime(folder / "a" / "more.tf", ns=(1, 1))  # as of an unpacked archive: never the recorded times
    folder.with_name(f"{commit}.files").write_text(json.dumps(planted))

    assert Checkouts(cache, os.environ).files(origin.url, commit) == folder

    assert (folder / "a" / "main.tf").read_text() == "# 1"
    assert logged_git.count("fetch") == 2


def test_other_times_alone_are_no_damage(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit, folder = _kept(origin, cache)
    os.utime(folder / "a" / "main.tf", ns=(1, 1))
    record = folder.with_name(f"{folder.name}.files")
    before = record.read_bytes()
    for _ in range(2):
        assert Checkouts(cache, os.environ).files(origin.url, commit) == folder
    assert logged_git.count("fetch") == 1
    assert record.read_bytes() != before


def test_a_ref_that_does_not_exist(origin: Origin, cache: Path) -> None:
    origin.commit({"main.tf": ""})
    with pytest.raises(DiagnosticError, match="has no tag or branch 'v9'"):
        Checkouts(cache, os.environ).commit(origin.url, "v9")
    assert not list(cache.rglob("tags/*"))


def test_a_fetch_that_fails_leaves_nothing(origin: Origin, cache: Path) -> None:
    origin.commit({"main.tf": ""})
    with pytest.raises(DiagnosticError, match="can't be fetched"):
        Checkouts(cache, os.environ).files(origin.url, "0" * 40)
    assert [path.name for path in cache.rglob("*") if path.is_file()] == [".lock"]
    assert not list(cache.rglob(".fetching-*"))


def test_a_cache_that_can_not_be_written(origin: Origin, tmp_path: Path) -> None:
    commit = origin.commit({"main.tf": ""}, tag="v1")
    (tmp_path / "file").write_text("")
    for attempt in (
        lambda: Checkouts(tmp_path / "file", os.environ).files(origin.url, commit),
        lambda: Checkouts(tmp_path / "file", os.environ).commit(origin.url, "v1"),
    ):
        with pytest.raises(
            DiagnosticError,
            match=r"the cache .*file can't be written: Not a directory; make room on the disk",
        ):
            attempt()


def test_a_full_disk(origin: Origin, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    commit = origin.commit({"main.tf": ""})
    with monkeypatch.context() as patch:
        patch.setattr("cellwright.files.atomic.os.fsync", full)
        with pytest.raises(DiagnosticError, match="can't be written: No space left on device"):
            Checkouts(cache, os.environ).files(origin.url, commit)
    assert not list(cache.rglob(".fetching-*"))
    assert Checkouts(cache, os.environ).files(origin.url, commit).is_dir()


FETCHING = """
import os, sys
from pathlib import Path
from cellwright.stacks.source.checkout import Checkouts
folder = Checkouts(Path(sys.argv[1]), os.environ).files(sys.argv[2], sys.argv[3])
print((folder / "main.tf").read_text())
"""


def start(cache: Path, url: str, commit: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", FETCHING, str(cache), url, commit]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_of_several_processes_one_fetches(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit = origin.commit({"main.tf": "# it"})
    processes = [start(cache, origin.url, commit) for _ in range(4)]
    outcomes = [process.communicate(timeout=PATIENCE) for process in processes]
    assert outcomes == [("# it\n", "")] * 4
    assert logged_git.count("fetch") == 1


def test_a_fetch_that_was_killed_is_done_anew(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit = origin.commit({"main.tf": "# it"})
    logged_git.hang_in("checkout --quiet --detach")
    process = start(cache, origin.url, commit)
    wait_for(logged_git.folder / "hung")
    second = start(cache, origin.url, commit)  # waits for the first
    process.kill()
    process.communicate()
    logged_git.release()
    logged_git.hang_in("nothing at all")
    assert second.communicate(timeout=PATIENCE) == ("# it\n", "")
    assert not list(cache.rglob(".fetching-*"))


def test_an_interrupted_fetch_leaves_nothing(origin: Origin, cache: Path, logged_git: LoggedGit) -> None:
    commit = origin.commit({"main.tf": "# it"})
    logged_git.hang_in("checkout --quiet --detach")
    process = start(cache, origin.url, commit)
    wait_for(logged_git.folder / "hung")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert "KeyboardInterrupt" in errors
    assert not list(cache.rglob(".fetching-*"))
    assert logged_git.ends(), "git still runs"


def wait_for(path: Path) -> None:
    for _ in range(int(PATIENCE / 0.05)):
        if path.exists() and path.read_text():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never came")
