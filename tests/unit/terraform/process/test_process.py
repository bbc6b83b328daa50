import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.process.command import KILLED, Command, Exit
from cellwright.terraform.process.launcher import CommandFolder
from cellwright.terraform.process.process import CommandProcess, start_command
from cellwright.terraform.process.unit_lock import UnitLock
from patience import PATIENCE
from unit.terraform.kit import Lines, command, eventually, is_gone, zombies


class Launch(Protocol):
    def __call__(self, folder: Path, script: str, **settings: float) -> CommandProcess: ...


@pytest.fixture(params=["pidfd", "polling"])
def launch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launch]:
    """Starts commands, each with its lock, which is held until the test is over; with both waiters."""
    if request.param == "polling":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with ExitStack() as locks:

        def start_it(folder: Path, script: str, **settings: float) -> CommandProcess:
            lock = locks.enter_context(UnitLock.acquire(folder / "command" / "lock"))
            return start_command(command(folder, script, **settings), lock)

        yield start_it


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
    assert modes == dict.fromkeys(("out", "err", "journal", "lock"), 0o600)
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


def test_an_interrupted_command_can_clean_up(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap 'echo stopping; exit 1' INT; echo ready; while :; do sleep 0.05; done")
    lines = Lines()

    def interrupt(seen: Sequence[str]) -> None:
        lines(seen)
        if "ready" in seen:
            process.interrupt()

    assert process.wait(interrupt) == Exit(1)
    assert "stopping" in lines.seen


def test_a_kill_ends_all_child_processes(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap '' INT; sleep 600 & echo $! >child; echo ready; wait")

    def kill(seen: Sequence[str]) -> None:
        if "ready" in seen:
            process.kill()

    assert process.wait(kill) == Exit(KILLED)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_a_time_out_interrupts_first(tmp_path: Path, launch: Launch) -> None:
    script = "trap 'exit 7' INT; touch ready; while :; do sleep 0.05; done"
    process = launch(tmp_path, script, timeout=0.3)
    assert eventually((tmp_path / "ready").exists)

    assert process.wait() == Exit(7, timed_out=True)


def test_a_time_out_kills_what_does_not_stop(tmp_path: Path, launch: Launch) -> None:
    process = launch(tmp_path, "trap '' INT; touch ready; sleep 600", timeout=0.2, grace=0.2)
    assert eventually((tmp_path / "ready").exists)

    assert process.wait(Lines()) == Exit(KILLED, timed_out=True)


def test_a_listener_that_fails_ends_the_command(tmp_path: Path, launch: Launch) -> None:
    def fail(_: Sequence[str]) -> None:
        raise ValueError("broken listener")

    process = launch(tmp_path, "echo $$ >pid; echo x; exec sleep 600", grace=5.0)

    with pytest.raises(ValueError, match="broken listener"):
        process.wait(fail)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_program_that_is_killed_alone_leaves_no_process_of_its_group(
    tmp_path: Path, launch: Launch
) -> None:
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
    assert (tmp_path / "stopped").exists()  # it was interrupted first


def test_a_background_process_of_a_provisioner_blocks_neither_the_wait_nor_the_lock(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    process = start_command(command(tmp_path, "sleep 600 >/dev/null 2>&1 & echo $! >child; exit 0"), lock)
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

    assert start_command(gone, lock).wait() == Exit(127)


def test_a_start_that_the_system_refuses(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    huge = Command(
        arguments=("/bin/true", "x" * 200_000),
        cwd=tmp_path,
        environment={},
        folder=CommandFolder(tmp_path / "command"),
        label="plan r1",
    )

    with pytest.raises(DiagnosticError, match="true can't be started: Argument list too long"):
        start_command(huge, lock)


def test_a_folder_that_cant_be_written(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "lock")
    (tmp_path / "command").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        start_command(command(tmp_path, "exit 0"), lock)


def test_threads_run_units_at_once_without_zombies(tmp_path: Path) -> None:
    def once(folder: Path, number: int) -> int:
        with UnitLock.acquire(folder / "command" / "lock") as lock:
            return start_command(command(folder, f"exit {number}"), lock).wait(Lines()).code

    def unit(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        return sum(once(folder, number) for _ in range(5))

    of_other_tests = zombies()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(unit, range(8)))

    assert codes == [number * 5 for number in range(8)]
    assert set(zombies()) <= set(of_other_tests)


def test_a_cancellation_stops_running_and_later_commands(tmp_path: Path, launch: Launch) -> None:
    cancellation, done = Cancellation(), threading.Event()

    def run() -> Exit:
        process = launch(tmp_path, "trap 'exit 1' INT; echo up >up; while :; do sleep 0.05; done")
        with cancellation.registered(process):
            done.set()
            return process.wait()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        assert done.wait(PATIENCE)
        assert eventually((tmp_path / "up").exists)
        cancellation.request(StopLevel.INTERRUPT)
        assert future.result(PATIENCE) == Exit(1)

    (tmp_path / "late").mkdir()
    late = launch(tmp_path / "late", "sleep 600")
    cancellation.request(StopLevel.KILL)
    cancellation.request(StopLevel.INTERRUPT)  # nothing is taken back
    with cancellation.registered(late):
        assert late.wait() == Exit(KILLED)


def test_an_exit_line_that_can_not_be_written_is_no_kill(tmp_path: Path, launch: Launch) -> None:
    # The launcher's journal is gone when it wants to append to it, as on a full disk.
    script = "rm command/journal; mkdir command/journal; exit 3"
    assert launch(tmp_path, script).wait() == Exit(3)
