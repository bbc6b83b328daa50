"""Locks on open files: shared or not, inherited by child processes, freed by whoever releases them."""

import subprocess
import sys
from pathlib import Path

from cellwright.files.flock import FlockFile


def test_several_share_and_one_excludes(tmp_path: Path) -> None:
    one, two, three = (FlockFile.open(tmp_path / "lock") for _ in range(3))
    one.share()
    assert two.try_share()
    assert not three.try_lock()
    one.close()
    two.close()
    three.lock()
    assert not FlockFile.open(tmp_path / "lock").try_share()
    three.release()
    assert FlockFile.open(tmp_path / "lock").try_lock()


def test_a_child_that_inherited_the_lock_keeps_it_until_somebody_releases_it(tmp_path: Path) -> None:
    lock, other = FlockFile.open(tmp_path / "lock"), FlockFile.open(tmp_path / "lock")
    assert lock.try_lock()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=(lock.descriptor,),
    ):
        lock.close()
        assert not other.try_lock()
    assert other.try_lock()
    other.release()
    other.release()
    assert other.descriptor == -1


def test_releasing_frees_the_lock_while_a_child_still_runs(tmp_path: Path) -> None:
    lock, other = FlockFile.open(tmp_path / "lock"), FlockFile.open(tmp_path / "lock")
    assert lock.try_lock()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=(lock.descriptor,),
    ):
        lock.release()
        assert other.try_lock()
    other.close()


def test_the_file_is_closed_to_others(tmp_path: Path) -> None:
    FlockFile.open(tmp_path / "lock").close()
    assert (tmp_path / "lock").stat().st_mode & 0o077 == 0
