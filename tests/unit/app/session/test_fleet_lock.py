"""The fleet's lock: one holder at a time, waiting that ends, nothing left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from cellwright.app.session.fleet_lock import LONGEST, fleet_lock
from cellwright.app.session.home import Home
from cellwright.model.diagnostic import DiagnosticError


class Interrupted:
    """The person has asked to stop."""

    def requested(self) -> int:
        return 1


def test_a_second_holder_waits_until_the_first_lets_go(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = fleet_lock(home)
    first.__enter__()
    waits = 0

    def wait(_seconds: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 3:
            first.__exit__(None, None, None)

    with fleet_lock(home, wait=wait):
        assert waits == 3


def test_waiting_ends_with_a_finding(tmp_path: Path) -> None:
    waited = 0.0

    def wait(seconds: float) -> None:
        nonlocal waited
        waited += seconds

    second = fleet_lock(Home(tmp_path), wait=wait)
    with (
        fleet_lock(Home(tmp_path)),
        pytest.raises(DiagnosticError, match="another process is changing the fleet's settings"),
    ):
        second.__enter__()
    assert waited == pytest.approx(LONGEST, rel=0.01)


def test_a_failure_under_the_lock_lets_go_of_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), fleet_lock(Home(tmp_path)):
        raise RuntimeError
    with fleet_lock(Home(tmp_path), wait=lambda _: pytest.fail("it is free")):
        pass


def test_waiting_ends_when_the_person_interrupts(tmp_path: Path) -> None:
    second = fleet_lock(Home(tmp_path), Interrupted(), wait=lambda _: pytest.fail("it goes on waiting"))
    with fleet_lock(Home(tmp_path)), pytest.raises(DiagnosticError, match="interrupted while another"):
        second.__enter__()


def test_a_free_lock_is_taken_though_the_person_has_interrupted(tmp_path: Path) -> None:
    with fleet_lock(Home(tmp_path), Interrupted()):
        pass


_HOLDER = """
import sys
from pathlib import Path
from cellwright.app.session.fleet_lock import fleet_lock
from cellwright.app.session.home import Home

with fleet_lock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_lets_go_of_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DiagnosticError, match="interrupted"):
            fleet_lock(Home(tmp_path), Interrupted()).__enter__()
        holder.kill()
        holder.wait()
    with fleet_lock(Home(tmp_path), wait=lambda _: pytest.fail("it is free")):
        pass


def test_a_folder_that_can_not_be_written_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / ".cellwright").mkdir()
    (tmp_path / ".cellwright" / ".gitignore").write_text("*\n")
    (tmp_path / ".cellwright" / "settings.lock").mkdir()
    with pytest.raises(DiagnosticError, match="can't be written"):
        fleet_lock(Home(tmp_path)).__enter__()
