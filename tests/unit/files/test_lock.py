"""One holder at a time: of the threads of a process, and of processes; a crash frees the lock."""

import errno
import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from cellwright.files.lock import LockError, locked, try_locked

_HOLD = """
import sys, time
from pathlib import Path
from cellwright.files.lock import locked
with locked(Path(sys.argv[1]), timeout=10, busy="", advice=""):
    print("held", flush=True)
    time.sleep(60)
"""
_FORK = """
import os, sys, time
from pathlib import Path
from cellwright.files.lock import locked, try_locked
path = Path(sys.argv[1])
with locked(path, timeout=10, busy="", advice=""):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        with try_locked(path, 0.05) as held:
            print("after the child:", held)
        child = os.fork()
        if not child:
            time.sleep(60)
if child:
    with try_locked(path, 0.05) as held:
        print("after the block:", held)
    os.kill(child, 9)
"""


@contextmanager
def _held_by_a_process(path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def _is_free(path: Path) -> bool:
    with try_locked(path, 0) as held:
        return held


def test_a_thread_waits_for_another_one(tmp_path: Path) -> None:
    path, begun, seen = tmp_path / "new" / "lock", Event(), list[str]()

    def second() -> None:
        begun.set()
        with locked(path, timeout=30, busy="", advice=""):
            seen.append("second")

    with locked(path, timeout=0, busy="", advice=""):
        thread = Thread(target=second)
        thread.start()
        begun.wait()
        time.sleep(0.1)
        seen.append("first")
    thread.join()
    assert seen == ["first", "second"]


def test_a_lock_that_stays_busy_is_a_diagnostic(tmp_path: Path) -> None:
    with (
        _held_by_a_process(tmp_path / "lock"),
        pytest.raises(LockError, match=r"it is busy; wait a little"),
        locked(tmp_path / "lock", timeout=0.05, busy="it is busy", advice="wait a little"),
    ):
        pytest.fail("another process holds it")


def test_a_killed_process_frees_its_lock(tmp_path: Path) -> None:
    with _held_by_a_process(tmp_path / "lock") as process:
        assert not _is_free(tmp_path / "lock")
        process.kill()
        process.wait()
        assert _is_free(tmp_path / "lock")


def test_a_failure_in_the_block_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path / "lock", timeout=0, busy="", advice=""):
        raise RuntimeError
    assert _is_free(tmp_path / "lock")


def test_the_lock_is_not_reentrant(tmp_path: Path) -> None:
    with try_locked(tmp_path / "lock", 0) as first, try_locked(tmp_path / "lock", 0.05) as second:
        assert (first, second) == (True, False)


def test_a_forked_child_neither_holds_nor_frees_the_lock(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORK, str(tmp_path / "lock")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["after the child: False", "after the block: True"]


def test_a_lock_file_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LockError, match="can't be locked: "):
        locked(tmp_path / "file" / "lock", timeout=0, busy="", advice="").__enter__()
    with try_locked(tmp_path / "file" / "lock", 0) as held:
        assert not held


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS])
def test_a_file_system_without_locks_is_a_diagnostic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_file: object, _how: int) -> None:
        raise OSError(number, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(LockError, match=r"can't be locked: .*keep it on a file system with locks"):
        locked(tmp_path / "lock", timeout=0, busy="", advice="").__enter__()
    with try_locked(tmp_path / "lock", 0) as held:
        assert not held
