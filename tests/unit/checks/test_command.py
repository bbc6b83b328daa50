"""Programs as checks: they pass, fail, hang, print without end, die, or can't be started."""

import os
import sys
import time
from pathlib import Path

import pytest

from cellwright.checks.command import check_command
from cellwright.checks.verdict import PASSED, Checked, Verdict
from patience import PATIENCE
from process_ends import ends

ENVIRONMENT = {"PATH": os.environ["PATH"], "CELLWRIGHT_KEY": "secret", "OWN": "1"}


def python(tmp_path: Path, code: str, *arguments: str, timeout: float = PATIENCE) -> Checked:
    return check_command([sys.executable, "-c", code, *arguments], tmp_path, ENVIRONMENT, timeout)


def test_exit_code_0_passes(tmp_path: Path) -> None:
    assert python(tmp_path, "pass") == PASSED


def test_any_other_exit_code_fails(tmp_path: Path) -> None:
    assert python(tmp_path, "raise SystemExit(3)") == Checked(
        Verdict.FAILED, f"{sys.executable}: exit code 3"
    )


def test_arguments_are_passed_as_they_are(tmp_path: Path) -> None:
    code = "import sys; raise SystemExit(sys.argv[1:] != ['a b; exit 9', '$HOME', ''])"
    assert python(tmp_path, code, "a b; exit 9", "$HOME", "") == PASSED


def test_it_starts_in_the_folder_without_our_own_variables(tmp_path: Path) -> None:
    code = f"""
import os
own = os.environ
raise SystemExit(os.getcwd() != {str(tmp_path)!r} or 'CELLWRIGHT_KEY' in own or own['OWN'] != '1')
"""
    assert python(tmp_path, code) == PASSED


def test_one_that_hangs_tells_nothing_and_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    code = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(mark)!r}, "w").write(str(child.pid))
time.sleep(600)
"""
    begun = time.monotonic()
    found = python(tmp_path, code, timeout=3)
    assert time.monotonic() - begun < PATIENCE
    assert found == Checked(Verdict.UNREADABLE, f"{sys.executable} has not ended within 3 s")
    if mark.exists():  # a busy machine may have ended it before
        assert ends(int(mark.read_text()))


def test_what_it_leaves_running_with_its_output_open_is_not_waited_for(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    code = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(mark)!r}, "w").write(str(child.pid))
"""
    assert python(tmp_path, code) == PASSED
    assert ends(int(mark.read_text()))


def test_one_that_prints_without_end_is_read_and_dropped(tmp_path: Path) -> None:
    code = "import sys\nfor _ in range(10):\n    sys.stdout.write('x' * 1_000_000)"
    assert python(tmp_path, code) == PASSED


def test_one_that_dies_tells_nothing(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert python(tmp_path, code) == Checked(Verdict.UNREADABLE, f"{sys.executable} was killed by signal 9")


@pytest.mark.parametrize("command", [["./missing"], ["."], ["a\0b"]])
def test_one_that_cannot_be_started_tells_nothing(tmp_path: Path, command: list[str]) -> None:
    found = check_command(command, tmp_path, ENVIRONMENT, PATIENCE)
    assert found.verdict is Verdict.UNREADABLE
    assert "can't be started" in found.why


def test_nothing_that_it_prints_is_told(tmp_path: Path) -> None:
    assert "hunter2" not in python(tmp_path, "print('hunter2'); raise SystemExit(1)").why
