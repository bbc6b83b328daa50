"""Terraform by hand at a terminal: it is handed through, and Ctrl-C is Terraform's, once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.crashes import leases
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import events
from e2e.kit.program import SCRIPT, Program
from patience import PATIENCE

UNIT = "client/acme/first"
AT_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
CTRL_C = "\x03"


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"first": {}}, {"acme": {}})


@contextmanager
def at_a_terminal(cellwright: Program, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a command with a terminal of its own; what is written to its input is typed."""
    with subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, str(SCRIPT), *arguments],
        cwd=cellwright.fleet.root,
        env={**cellwright.clean(), "TERM": "dumb"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process


def test_a_console_answers_whoever_types_and_is_on_record(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with at_a_terminal(cellwright, "terraform", UNIT, "--", "console") as process:
        out, _ = process.communicate('"${var.mark}-${40 + 2}"\nexit\n', timeout=PATIENCE)
    assert process.returncode == 0, out
    assert "acme-first-42" in out
    begun, ended = events(fleet.ledger)
    assert (begun.detail["arguments"], ended.detail["exit_code"]) == (["console"], 0)
    assert cellwright.look("status", "--json").document["units"][0]["status"] == "never_applied"


def test_a_console_sees_a_state_that_is_kept_in_a_file(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    with at_a_terminal(cellwright, "terraform", UNIT, "--", "console") as process:
        out, _ = process.communicate("terraform_data.this.output.mark\nexit\n", timeout=PATIENCE)
    assert process.returncode == 0, out
    assert '"acme-first"' in out


def test_ctrl_c_reaches_terraform_once_and_the_unit_is_given_back(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    why = ("--without-policies", "a test")
    with (
        fleet.desk.holding(),
        at_a_terminal(cellwright, "terraform", UNIT, *why, "--", "apply", "-auto-approve") as process,
    ):
        fleet.desk.until("begin")
        assert process.stdin is not None
        process.stdin.write(CTRL_C)
        process.stdin.flush()
        assert process.stdout is not None
        said = process.stdout.read()
        code = process.wait(PATIENCE)
    assert code == 1, said
    assert said.count("Interrupt received") == 1
    assert "Two interrupts" not in said
    ended = events(fleet.ledger)[-1]
    assert (ended.action, ended.detail["exit_code"]) == ("terraform.ended", 1)
    assert leases(fleet) == []
