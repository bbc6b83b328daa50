"""What end-to-end tests share: they start the real Terraform, through the real command line."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import binaries
from e2e.kit.fleet import FleetFolder
from e2e.kit.people import events, faults
from e2e.kit.program import STARTED, Program, processes_about
from e2e.kit.state_server import StateServer, state_server

Start = Callable[[FleetFolder], Program]


@pytest.fixture(scope="session", autouse=True)
def binary_of_the_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make the command `terraform` the program that the environment names, if it names one."""
    name = os.environ.get(binaries.END_TO_END)
    with pytest.MonkeyPatch.context() as patch:
        if name:
            for key, value in binaries.machine_with(name, tmp_path_factory.mktemp("machine")).items():
                patch.setenv(key, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def commands_started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the processes of one test run share what they have started in the ordinary way."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "commands-started"
    shared.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STARTED, str(shared))
        yield


@pytest.fixture(autouse=True)
def program_of_the_machine() -> Iterator[None]:
    """No test may leave another program behind as the machine's `terraform`."""
    found = shutil.which("terraform")
    yield
    assert shutil.which("terraform") == found


@pytest.fixture
def server() -> Iterator[StateServer]:
    """A server of states."""
    with state_server() as found:
        yield found


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Start]:
    """The command line on a fleet; no process of it may outlive the test.

    Whatever a test does, each event must tell what vouches for its actor, and no plan may be applied that
    nobody has approved.
    """
    fleets: list[FleetFolder] = []

    def start(fleet: FleetFolder) -> Program:
        fleets.append(fleet)
        return Program(fleet, tmp_path / "person")

    yield start
    left = processes_about(tmp_path)
    told = [process.cmdline() for process in left]
    for process in left:
        process.kill()
    assert not left, f"left behind: {told}"
    assert [fault for fleet in fleets for fault in faults(events(fleet.ledger))] == []
