import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.process.command import KILLED, Exit
from cellwright.terraform.process.launcher import CommandFolder
from cellwright.terraform.process.process import Finished, NoCommand, Running, adopt
from cellwright.terraform.process.unit_lock import UnitLock, UnitLockedError, is_locked
from unit.terraform.kit import Lines, eventually, is_gone

PARENT = """
import sys
from pathlib import Path
from cellwright.terraform.process.launcher import CommandFolder
from cellwright.terraform.process.command import Command
from cellwright.terraform.process.process import start_command
from cellwright.terraform.process.unit_lock import UnitLock
folder = Path(sys.argv[1])
lock = UnitLock.acquire(folder / "command" / "lock")
command = Command(
    arguments=("/bin/sh", "-c", sys.argv[2]),
    cwd=folder,
    environment={"PATH": "/usr/bin:/bin"},
    folder=CommandFolder(folder / "command"),
    label="apply r7",
)
process = start_command(command, lock)
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


def test_a_command_survives_its_starter_and_is_adopted(tmp_path: Path) -> None:
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
    orphan(tmp_path, "trap '' INT; echo $$ >new; mv new up; sleep 600")
    found = adopt(CommandFolder(tmp_path / "command"))
    assert isinstance(found, Running)

    found.process.kill()

    assert found.process.wait() == Exit(KILLED)
    assert is_gone(int((tmp_path / "up").read_text()))
    assert adopt(CommandFolder(tmp_path / "command")) == NoCommand()


def test_a_command_that_ended_after_a_crash_has_left_its_exit_code(tmp_path: Path) -> None:
    orphan(tmp_path, "touch up; sleep 0.2; exit 6")
    folder = CommandFolder(tmp_path / "command")

    assert eventually(lambda: not is_locked(folder.lock))
    assert adopt(folder) == Finished(6, "apply r7")


def test_a_command_that_was_killed_with_its_starter_is_gone(tmp_path: Path) -> None:
    orphan(tmp_path, "touch up; sleep 600")
    folder = CommandFolder(tmp_path / "command")
    record = folder.launch_record()
    assert record is not None

    os.killpg(record.pid, signal.SIGKILL)

    assert eventually(lambda: not is_locked(folder.lock))
    assert adopt(folder) == NoCommand()


def test_nothing_was_ever_started(tmp_path: Path) -> None:
    assert adopt(CommandFolder(tmp_path / "nowhere")) == NoCommand()


def test_a_reused_process_id_is_not_ours(tmp_path: Path) -> None:
    folder = CommandFolder(tmp_path)
    stat = Path(f"/proc/{os.getpid()}/stat").read_text()
    (tmp_path / "journal").write_text(f"start 1.5 apply r7\nprocess {stat.rstrip()}\n")
    ours = folder.launch_record()
    assert ours is not None
    assert ours.is_alive()

    head, _, tail = stat.rpartition(")")
    fields = tail.split()
    fields[19] = "1"
    (tmp_path / "journal").write_text(f"start 1.5 apply r7\nprocess {head}) {' '.join(fields)}\n")

    later = folder.launch_record()
    assert later is not None
    assert not later.is_alive()


STARTED = "start 1.5 apply r7\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{STARTED}exit 5",
        f"{STARTED}exit x\n",
        f"{STARTED}exit \n",
        "exit 5\n",
        f"{STARTED}exit 5\n{STARTED}",
        f"{STARTED}process 12 (sexit 5\n",
    ],
)
def test_an_exit_code_counts_once_it_is_complete(tmp_path: Path, text: str) -> None:
    (tmp_path / "journal").write_text(text)

    assert CommandFolder(tmp_path).exit_code() is None


@pytest.mark.parametrize(
    "text",
    ["", STARTED, f"{STARTED}process 123", f"{STARTED}process no number\n", f"{STARTED}process 1\n{STARTED}"],
)
def test_a_record_counts_once_it_is_complete(tmp_path: Path, text: str) -> None:
    (tmp_path / "journal").write_text(text)

    assert CommandFolder(tmp_path).launch_record() is None


def test_a_record_without_proc_has_no_start(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text(f"{STARTED}process {os.getpid()}\n")

    record = CommandFolder(tmp_path).launch_record()

    assert record is not None
    assert (record.label, record.pid, record.started) == ("apply r7", os.getpid(), "")
    assert record.is_alive()


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("", None),
        (STARTED, None),
        (f"{STARTED}process 12\n", 1.5),
        (f"{STARTED}process 12\nexit 1\n", None),
        (f"{STARTED}process 12\nexit 137\n", 1.5),
        (f"{STARTED}process 12\nexit 137\nstart 2.5 plan r8\nprocess 13\n", 2.5),
        (f"{STARTED}process 12\nexit 137\nstart 2.5 show r8\n", None),
    ],
)
def test_a_killed_command_is_known_with_its_start(tmp_path: Path, text: str, since: float | None) -> None:
    (tmp_path / "journal").write_text(text)

    assert CommandFolder(tmp_path).killed_since() == since


def test_a_recorded_start_replaces_the_previous_command(tmp_path: Path) -> None:
    folder = CommandFolder(tmp_path / "command")
    folder.record_start("plan r6")
    folder.journal.write_text(folder.journal.read_text() + "process 12\nexit 137\n")
    assert folder.exit_code() == 137
    began = folder.killed_since()
    assert began is not None
    assert abs(time.time() - began) < 60

    folder.record_start("apply r7")

    assert (folder.exit_code(), folder.launch_record(), folder.killed_since()) == (None, None, None)
    folder.clear_journal()
    folder.clear_journal()
    assert not folder.journal.exists()


def test_a_journal_that_cant_be_written(tmp_path: Path) -> None:
    folder = CommandFolder(tmp_path)
    folder.journal.mkdir()

    with pytest.raises(DiagnosticError, match="can't be written"):
        folder.record_start("plan r7")
    with pytest.raises(DiagnosticError, match="can't be written"):
        folder.clear_journal()


def test_the_lock_is_exclusive_and_names_its_holder(tmp_path: Path) -> None:
    with UnitLock.acquire(tmp_path / "lock"):
        assert is_locked(tmp_path / "lock")
        with pytest.raises(
            UnitLockedError, match=f"in use by another Cellwright \\(process {os.getpid()}\\)"
        ):
            UnitLock.acquire(tmp_path / "lock")
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "never-made")


def test_checking_a_lock_does_not_prevent_taking_it(tmp_path: Path) -> None:
    stop, looks = threading.Event(), Counter[bool]()

    def look() -> None:
        while not stop.is_set():
            looks[is_locked(tmp_path / "lock")] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        while looks.total() < 200:
            with UnitLock.acquire(tmp_path / "lock"):
                assert is_locked(tmp_path / "lock")
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "text",
    [
        "start when plan r7\nprocess 12 (sh) S\nexit 1\n",
        "start 1.5 plan r7\nprocess ²\nexit ³\n",
        "start 1.5 plan r7\nprocess 0\nexit 1e3\n",
        "start 1.5 plan r7\nprocess 1\nexit -1\n",
        f"start 1.5 plan r7\nprocess {'9' * 400}\nexit {'9' * 5000}\n",
        "start\nprocess\nexit\n",
        "\0\0\0\n",
    ],
)
def test_a_damaged_journal_names_no_process_and_no_strange_code(tmp_path: Path, text: str) -> None:
    folder = CommandFolder(tmp_path)
    folder.journal.write_text(text)
    record = folder.launch_record()
    assert record is None or record.pid == 12
    assert folder.exit_code() in (None, 1)
    assert folder.killed_since() in (None, 1.5)
