import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from cellwright.engine.lease.liveness import ProcessIdentity, start_of


def test_this_process_lives() -> None:
    assert ProcessIdentity.of_this_process().is_alive() is True


def test_a_process_that_was_killed_is_dead_even_before_it_is_reaped() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = replace(ProcessIdentity.of_this_process(), pid=child.pid, started=start_of(child.pid) or "")
    assert identity.is_alive() is True
    child.send_signal(signal.SIGKILL)
    while start_of(child.pid) != "ended":
        pass
    assert identity.is_alive() is False
    child.communicate()
    assert identity.is_alive() is False


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    this = ProcessIdentity.of_this_process()
    world, _, _ = this.started.rpartition("-")
    assert replace(this, started=f"{world}-1").is_alive() is False


@pytest.mark.parametrize("started", ["0a1b2c3d-4026531836-5", "5", ""])
def test_a_process_of_another_boot_or_container_can_not_be_told_from_here(started: str) -> None:
    # Two containers may share a host's name; what looks like a dead process here may live there.
    assert replace(ProcessIdentity.of_this_process(), started=started).is_alive() is None


def test_another_machine_can_not_be_told_from_here() -> None:
    assert replace(ProcessIdentity.of_this_process(), host="elsewhere").is_alive() is None
