"""Commands that leave less behind than an apply: those that only read, and those that can be repeated."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.process.command import KILLED, Command, CrashRecord, Exit
from cellwright.terraform.process.launcher import CommandFolder
from cellwright.terraform.process.process import CommandProcess, Finished, NoCommand, adopt, start_command
from cellwright.terraform.process.unit_lock import UnitLock
from unit.terraform.kit import Lines, command, eventually, is_gone


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[UnitLock]:
    with UnitLock.acquire(tmp_path / "command" / "lock") as taken:
        yield taken


@pytest.fixture(params=["in memory", "in a folder"])
def _place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in a folder":
        monkeypatch.delattr(os, "memfd_create", raising=False)


def reading(folder: Path, script: str, timeout: float | None = None) -> Command:
    return replace(command(folder, script, timeout=timeout), crash_record=CrashRecord.NONE)


def ended(process: CommandProcess) -> tuple[Exit, bytes]:
    with process.printed as printed:
        return process.wait(), printed.document()


def files(folder: CommandFolder) -> set[str]:
    return {path.name for path in folder.path.iterdir()}


@pytest.mark.usefixtures("_place")
def test_output_comes_back_and_is_in_no_file(tmp_path: Path, lock: UnitLock) -> None:
    process = start_command(reading(tmp_path, "echo $PPID; printf secret; echo 'oh no' >&2; exit 3"), lock)

    with process.printed as printed:
        assert process.wait() == Exit(3)
        assert printed.document() == f"{os.getpid()}\nsecret".encode()
        assert printed.last_errors(4) == b" no\n"

    assert files(CommandFolder(tmp_path / "command")) == {"lock", "journal"}
    assert printed.last_errors(4) == b""
    with pytest.raises(DiagnosticError, match="can't be read"):
        printed.document()


@pytest.mark.usefixtures("_place")
def test_a_repeatable_command_leaves_its_exit_code_but_no_output(tmp_path: Path, lock: UnitLock) -> None:
    folder, lines = CommandFolder(tmp_path / "command"), Lines()
    script = "echo one; until [ -e go ]; do sleep 0.05; done; echo two; exit 2"
    process = start_command(replace(command(tmp_path, script), crash_record=CrashRecord.EXIT_CODE), lock)

    def listen(seen: list[str]) -> None:
        lines(seen)
        (tmp_path / "go").touch()

    with process.printed:
        assert process.wait(listen) == Exit(2)  # type: ignore[arg-type]  # it is a list

    assert lines.seen == ["one", "two"]
    assert files(folder) == {"lock", "journal"}
    assert adopt(folder) == Finished(2, "plan r1")


def test_the_record_of_the_previous_command_no_longer_counts(tmp_path: Path, lock: UnitLock) -> None:
    folder = CommandFolder(tmp_path / "command")
    with (killed := start_command(command(tmp_path, "kill -9 $$"), lock)).printed:
        killed.wait()
    assert folder.killed_since() is not None

    ended(start_command(reading(tmp_path, "exit 0"), lock))

    assert (folder.exit_code(), folder.launch_record(), folder.killed_since()) == (None, None, None)
    lock.release()
    assert adopt(folder) == NoCommand()


def test_it_holds_the_lock_while_it_runs(tmp_path: Path) -> None:
    lock = UnitLock.acquire(tmp_path / "command" / "lock")
    os.mkfifo(tmp_path / "go")
    process = start_command(reading(tmp_path, "read -r line <go"), lock)
    os.close(lock.descriptor)

    with pytest.raises(DiagnosticError, match="in use"):
        UnitLock.acquire(tmp_path / "command" / "lock")

    process.kill()
    assert ended(process) == (Exit(KILLED), b"")
    UnitLock.acquire(tmp_path / "command" / "lock").release()


def test_a_killed_command_takes_its_children_with_it(tmp_path: Path, lock: UnitLock) -> None:
    process = start_command(reading(tmp_path, "sleep 600 & echo $! >child; kill -9 $$"), lock)

    assert ended(process) == (Exit(128 + signal.SIGKILL), b"")

    assert eventually(lambda: is_gone(int((tmp_path / "child").read_text())))


def test_a_command_that_takes_too_long_is_interrupted(tmp_path: Path, lock: UnitLock) -> None:
    script = "trap 'echo stopped; exit 1' INT; touch ready; while :; do sleep 0.05; done"

    process = start_command(reading(tmp_path, script, timeout=0.3), lock)

    assert eventually((tmp_path / "ready").exists)
    assert ended(process) == (Exit(1, timed_out=True), b"stopped\n")


def test_a_reading_command_can_be_interrupted(tmp_path: Path, lock: UnitLock) -> None:
    process = start_command(
        reading(tmp_path, "trap 'exit 5' INT; touch ready; while :; do sleep 0.05; done"), lock
    )

    def interrupt() -> None:
        assert eventually((tmp_path / "ready").exists)
        process.interrupt()

    threading.Thread(target=interrupt).start()
    assert ended(process) == (Exit(5), b"")


def test_a_program_that_is_missing(tmp_path: Path, lock: UnitLock) -> None:
    gone = replace(reading(tmp_path, ""), arguments=("/nowhere/terraform", "show"))
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(DiagnosticError, match="terraform can't be started: No such file"):
        start_command(gone, lock)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("name", ["out", "err"])
def test_an_output_file_that_cant_be_made(tmp_path: Path, lock: UnitLock, name: str) -> None:
    (tmp_path / "command" / name).mkdir()

    with pytest.raises(DiagnosticError, match="can't be written: Is a directory"):
        start_command(command(tmp_path, "exit 0"), lock)
