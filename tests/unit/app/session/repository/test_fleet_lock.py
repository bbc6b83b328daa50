"""The fleet's lock: one holder at a time, waiting that ends, nothing left behind."""

from pathlib import Path
from threading import Event, Timer

import pytest

from cellwright.app.session.home import Home
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.model.diagnostic import DiagnosticError


def test_a_second_holder_waits_until_the_first_lets_go(tmp_path: Path) -> None:
    first = fleet_lock(Home(tmp_path))
    first.__enter__()
    released = Event()

    def let_go() -> None:
        released.set()
        first.__exit__(None, None, None)

    timer = Timer(0.1, let_go)
    timer.start()
    with fleet_lock(Home(tmp_path)):
        assert released.is_set()
    timer.join()


def test_waiting_ends_with_a_finding(tmp_path: Path) -> None:
    second = fleet_lock(Home(tmp_path), timeout=0.1)
    with (
        fleet_lock(Home(tmp_path)),
        pytest.raises(DiagnosticError, match="another process is changing the fleet's settings"),
    ):
        second.__enter__()


def test_a_failure_under_the_lock_lets_go_of_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), fleet_lock(Home(tmp_path)):
        raise RuntimeError
    with fleet_lock(Home(tmp_path), timeout=0):
        pass


class Interrupted:
    """The person has asked to stop."""

    def requested(self) -> int:
        return 1


def test_waiting_ends_when_the_person_interrupts(tmp_path: Path) -> None:
    with fleet_lock(Home(tmp_path)), pytest.raises(DiagnosticError, match="another process is changing"):
        fleet_lock(Home(tmp_path), Interrupted()).__enter__()


def test_a_free_lock_is_taken_though_the_person_has_interrupted(tmp_path: Path) -> None:
    with (
        fleet_lock(Home(tmp_path), Interrupted()),
        pytest.raises(DiagnosticError, match="another process is changing"),
    ):
        fleet_lock(Home(tmp_path), timeout=0).__enter__()


def test_a_folder_that_can_not_be_written_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / ".cellwright").mkdir()
    (tmp_path / ".cellwright" / ".gitignore").write_text("*\n")
    (tmp_path / ".cellwright" / "settings.lock").mkdir()
    with pytest.raises(DiagnosticError, match=r"settings\.lock can't be locked"):
        fleet_lock(Home(tmp_path)).__enter__()
