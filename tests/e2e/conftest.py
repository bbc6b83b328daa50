"""What end-to-end tests share: they start the real Terraform, through the real command line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.kit.fleet import FleetFolder
from e2e.kit.program import Program, processes_about

Start = Callable[[FleetFolder], Program]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Start]:
    """The command line on a fleet; no process of it may outlive the test."""
    yield lambda fleet: Program(fleet, tmp_path / "person")
    left = processes_about(tmp_path)
    told = [process.cmdline() for process in left]
    for process in left:
        process.kill()
    assert not left, f"left behind: {told}"
