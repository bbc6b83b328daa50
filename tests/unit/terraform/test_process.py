import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.cancellation import Cancellation, StopLevel
from cellwright.terraform.launcher import CommandFolder
from cellwright.terraform.process import (
    KILLED,
    Command,
    Exit,
    Finished,
    Running,
    TerraformProcess,
    Vanished,
    adopt,
    start,
)
from cellwright.terraform.unit_lock import UnitLock, UnitLockedError, is_locked
from unit.terraform.kit import eventually, is_gone, zombies


def command(folder: Path, script: str, **settings: float) -> Command:
    return Command(
        arguments=("/bin/sh", "-c", script),
        cwd=folder,
        environment={"PATH": os.defpath},
        folder=CommandFolder(folder / "command"),
        label="plan r1",
        **settings,
    )


class Launch(Protocol):
    def __call__(self, folder: Path, script: str, **settings: float) -> TerraformProcess: ...


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts commands, each with its lock, which is held until the test is over."""
    with ExitStack() as locks:

        def start_it(folder: Path, script: str, **settings: float) -> TerraformProcess:
            lock = locks.enter_context(UnitLock.acquire(folder / "command" / "lock"))
            return start(command(folder, script, **settings), lock)

        yield start_it


class Lines:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, lines: Sequence[str]) -> None:
        self.seen.extend(lines)


def test_output_and_exit_code_come_back(tmp_path: Path, launch: Launch) -> None:
    lines = Lines()

    ended = launch(tmp_path, "echo one; echo two; printf half; echo oops >&2; exit 3").wait(lines)

    assert ended == Exit(3)
    assert lines.seen == ["one", "two", "half"]
    assert CommandFolder(tmp_path / "command").err.read_text() == "oops\n"


def test_lines_come_while_the_command_runs(tmp_path: Path, launch: Launch) -> None:
    go = tmp_path / "go"

    def open_the_gate(lines: Sequence[str]) -> None:
        if "waiting" in lines:
            go.touch()

    ended = launch(tmp_path, "echo waiting; until [ -e go ]; do sleep 0.05; done; exit 4").wait(open_the_gate)

    assert ended == Exit(4)


def test_everything_is_private(tmp_path: Path, launch: Launch) -> None:
    launch(tmp_path, "echo secret; echo more >made").wait()

    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "command").iterdir()}
    assert modes == dict.fromkeys(("out", "err", "exit", "process", "lock"), 0o600)
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "command").stat().st_mode & 0o777 == 0o700


def test_nothing_is_inherited_but_the_lock(tmp_path: Path, launch: Launch) -> None:
    with (tmp_path / "other").open("w") as other:
        os.set_inheritable(other.fileno(), True)
        lines = Lines()
        launch(tmp_path, "env; ls -l /proc/self/fd").wait(lines)

    text = "\n".join(lines.seen)
    assert str(tmp_path / "other") not in text
    assert str(tmp_path / "command" / "lock") in text
    assert {line.split("=")[0] for line in lines.seen if "=" in line} <= {"PATH", "PWD", "SHLVL", "_"}


def test_it_has_its_own_session(tmp_path: Path, launch: Launch) -> None:
    lines = Lines()
    launch(tmp_path, "cut -d' ' -f5,6 /proc/self/stat").wait(lines)

    group, session = lines.seen[0].split()
    assert group == session
    assert int(session) != os.getsid(0)


def test_interrupt_lets_it_end_in_order(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap 'echo stopping; exit 1' INT; echo ready; while :; do sleep 0.05; done")
    lines = Lines()

    def interrupt(seen: Sequence[str]) -> None:
        lines(seen)
        if "ready" in seen:
            process.interrupt()

    assert process.wait(interrupt) == Exit(1)
    assert "stopping" in lines.seen


def test_kill_ends_all_that_it_started(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap '' INT; sleep 600 & echo $! >child; echo ready; wait")

    def kill(seen: Sequence[str]) -> None:
        if "ready" in seen:
            process.kill()

    assert process.wait(kill) == Exit(KILLED)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_a_time_out_interrupts_first(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap 'exit 7' INT; while :; do sleep 0.05; done", timeout=0.3)

    assert process.wait() == Exit(7, timed_out=True)


def test_a_time_out_kills_what_does_not_stop(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap '' INT; sleep 600", timeout=0.2, grace=0.2)

    assert process.wait(Lines()) == Exit(KILLED, timed_out=True)


def test_a_listener_that_fails_ends_the_command(tmp_path: Path, launch: Launch) -> None:
    def fail(_: Sequence[str]) -> None:
        raise ValueError("broken listener")

    process = launch(tmp_path, "echo $$ >pid; echo x; exec sleep 600", grace=5.0)

    with pytest.raises(ValueError, match="broken listener"):
        process.wait(fail)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_program_that_is_killed_alone_leaves_nothing_of_its_group(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "sleep 600 & echo $! >child; echo ready; kill -9 $$")

    assert process.wait(Lines()) == Exit(KILLED)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_a_launcher_that_is_killed_alone_takes_the_program_with_it(tmp_path: Path, launch: Launch) -> None:
    process = launch(
        tmp_path, "trap 'echo stopped >stopped; exit 1' INT; echo $PPID; while :; do sleep 0.05; done"
    )

    def kill_launcher(seen: Sequence[str]) -> None:
        os.kill(int(seen[0]), signal.SIGKILL)

    assert process.wait(kill_launcher) == Exit(KILLED)
    assert (tmp_path / "stopped").exists()  # it was asked first


def test_a_background_process_that_a_provisioner_left_keeps_neither_us_nor_the_lock(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    process = start(command(tmp_path, "sleep 600 >/dev/null 2>&1 & echo $! >child; exit 0"), lock)
    try:
        assert process.wait(Lines()) == Exit(0)
        lock.release()
        UnitLock.acquire(tmp_path / "command" / "lock").release()
    finally:
        os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)


def test_a_program_that_is_missing(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    gone = Command(
        arguments=("/nowhere/terraform", "plan"),
        cwd=tmp_path,
        environment={},
        folder=CommandFolder(tmp_path / "command"),
        label="plan r1",
    )

    assert start(gone, lock).wait() == Exit(127)


def test_what_the_system_refuses_to_start(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    huge = Command(
        arguments=("/bin/true", "x" * 200_000),
        cwd=tmp_path,
        environment={},
        folder=CommandFolder(tmp_path / "command"),
        label="plan r1",
    )

    with pytest.raises(DiagnosticError, match="true can't be started: Argument list too long"):
        start(huge, lock)


def test_a_folder_that_cant_be_written(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "lock")
    (tmp_path / "command").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        start(command(tmp_path, "exit 0"), lock)


def test_threads_run_units_at_once_without_zombies(tmp_path: Path) -> None:
    def once(folder: Path, number: int) -> int:
        with UnitLock.acquire(folder / "command" / "lock") as lock:
            return start(command(folder, f"exit {number}"), lock).wait(Lines()).code

    def unit(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        return sum(once(folder, number) for _ in range(5))

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(unit, range(8)))

    assert codes == [number * 5 for number in range(8)]
    assert zombies() == []


def test_cancellation_reaches_what_runs_and_what_starts_later(tmp_path: Path, launch: Launch) -> None:
    cancellation, done = Cancellation(), threading.Event()

    def run() -> Exit:
        process = launch(tmp_path, "trap 'exit 1' INT; echo up >up; while :; do sleep 0.05; done")
        with cancellation.reaching(process):
            done.set()
            return process.wait()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        assert done.wait(20)
        assert eventually((tmp_path / "up").exists)
        cancellation.request(StopLevel.INTERRUPT)
        assert future.result(20) == Exit(1)

    (tmp_path / "late").mkdir()
    late = launch(tmp_path / "late", "sleep 600")
    cancellation.request(StopLevel.KILL)
    cancellation.request(StopLevel.INTERRUPT)  # nothing is taken back
    with cancellation.reaching(late):
        assert late.wait() == Exit(KILLED)


PARENT = """
import sys
from pathlib import Path
from cellwright.terraform.launcher import CommandFolder
from cellwright.terraform.process import Command, start
from cellwright.terraform.unit_lock import UnitLock
folder = Path(sys.argv[1])
lock = UnitLock.acquire(folder / "command" / "lock")
command = Command(
    arguments=("/bin/sh", "-c", sys.argv[2]),
    cwd=folder,
    environment={"PATH": "/usr/bin:/bin"},
    folder=CommandFolder(folder / "command"),
    label="apply r7",
)
process = start(command, lock)
print("started", flush=True)
process.wait()
"""


def orphan(folder: Path, script: str) -> None:
    """Start a command from another process and kill that one with SIGKILL."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), script], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        assert eventually((folder / "up").exists)
        parent.kill()


def test_a_command_outlives_us_and_is_adopted(tmp_path: Path) -> None:
    orphan(tmp_path, "echo before; touch up; until [ -e go ]; do sleep 0.05; done; echo after; exit 5")
    folder = CommandFolder(tmp_path / "command")

    found = adopt(folder)
    assert isinstance(found, Running)
    assert found.label == "apply r7"
    assert is_locked(folder.lock)
    with pytest.raises(UnitLockedError):
        UnitLock.acquire(folder.lock)

    (tmp_path / "go").touch()
    lines = Lines()
    assert found.process.wait(lines) == Exit(5)
    assert lines.seen == ["before", "after"]
    UnitLock.acquire(folder.lock).release()
    assert adopt(folder) == Finished(5, "apply r7")


def test_an_adopted_command_can_be_interrupted(tmp_path: Path) -> None:
    orphan(tmp_path, "trap 'exit 9' INT; touch up; while :; do sleep 0.05; done")
    found = adopt(CommandFolder(tmp_path / "command"))
    assert isinstance(found, Running)

    found.process.timeout = 0.0

    assert found.process.wait() == Exit(9, timed_out=True)


def test_an_adopted_command_can_be_killed(tmp_path: Path) -> None:
    orphan(tmp_path, "trap '' INT; echo $$ >up; sleep 600")
    found = adopt(CommandFolder(tmp_path / "command"))
    assert isinstance(found, Running)

    found.process.kill()

    assert found.process.wait() == Exit(KILLED)
    assert is_gone(int((tmp_path / "up").read_text()))
    assert adopt(CommandFolder(tmp_path / "command")) == Vanished()


def test_what_ended_after_our_death_left_its_exit_code(tmp_path: Path) -> None:
    orphan(tmp_path, "touch up; sleep 0.2; exit 6")
    folder = CommandFolder(tmp_path / "command")

    assert eventually(lambda: not is_locked(folder.lock))
    assert adopt(folder) == Finished(6, "apply r7")


def test_what_was_killed_with_us_has_vanished(tmp_path: Path) -> None:
    orphan(tmp_path, "touch up; sleep 600")
    folder = CommandFolder(tmp_path / "command")
    record = folder.record()
    assert record is not None

    os.killpg(record.pid, signal.SIGKILL)

    assert eventually(lambda: not is_locked(folder.lock))
    assert adopt(folder) == Vanished()


def test_nothing_was_ever_started(tmp_path: Path) -> None:
    assert adopt(CommandFolder(tmp_path / "nowhere")) == Vanished()


def test_a_process_number_that_was_given_away_again_is_not_ours(tmp_path: Path) -> None:
    folder = CommandFolder(tmp_path)
    stat = Path(f"/proc/{os.getpid()}/stat").read_text()
    (tmp_path / "process").write_text(f"apply r7\n{stat.rstrip()}\n")
    ours = folder.record()
    assert ours is not None
    assert ours.is_alive()

    head, _, tail = stat.rpartition(")")
    fields = tail.split()
    fields[19] = "1"
    (tmp_path / "process").write_text(f"apply r7\n{head}) {' '.join(fields)}\n")

    later = folder.record()
    assert later is not None
    assert not later.is_alive()


@pytest.mark.parametrize("text", ["", "5", "x\n", "\n"])
def test_an_exit_code_counts_once_it_is_complete(tmp_path: Path, text: str) -> None:
    (tmp_path / "exit").write_text(text)

    assert CommandFolder(tmp_path).exit_code() is None


@pytest.mark.parametrize("text", ["", "apply r7\n", "apply r7\n123", "apply r7\nno number\n"])
def test_a_record_counts_once_it_is_complete(tmp_path: Path, text: str) -> None:
    (tmp_path / "process").write_text(text)

    assert CommandFolder(tmp_path).record() is None


def test_a_record_without_proc_has_no_start(tmp_path: Path) -> None:
    (tmp_path / "process").write_text(f"apply r7\n{os.getpid()}\n")

    record = CommandFolder(tmp_path).record()

    assert record is not None
    assert (record.pid, record.started) == (os.getpid(), "")
    assert record.is_alive()


def test_the_lock_is_exclusive_and_says_who_has_it(tmp_path: Path) -> None:
    with UnitLock.acquire(tmp_path / "lock"):
        assert is_locked(tmp_path / "lock")
        with pytest.raises(
            UnitLockedError, match=f"in use by another Cellwright \\(process {os.getpid()}\\)"
        ):
            UnitLock.acquire(tmp_path / "lock")
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "never-made")


def test_looking_at_a_lock_does_not_hinder_taking_it(tmp_path: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            is_locked(tmp_path / "lock")
            time.sleep(0.001)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(200):
            UnitLock.acquire(tmp_path / "lock").release()
    finally:
        stop.set()
        thread.join()
