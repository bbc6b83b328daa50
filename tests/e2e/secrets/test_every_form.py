"""Secrets of every form, in every answer of every command, and in all that is kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder
from e2e.kit.program import Program
from e2e.secrets.canaries import CANARY, OF_MACHINE, canary_fleet, write_secrets
from every_command import IN_A_FLEET

_STARTS = (
    "apply",
    "drift",
    "offboard",
    "onboard",
    "plan",
    "resume",
    "rollout",
    "shell",
    "suspend",
    "terraform",
)
"""Commands that start Terraform, or hold others up; the first ones are run below as they are needed."""
_SERVES = ("bootstrap", "job", "ledger", "serve", "worker")


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return canary_fleet(tmp_path)


def test_no_form_of_a_secret_is_in_any_answer(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    given = replace(cellwright, environment=OF_MACHINE)
    answers = [given.run("apply", "--yes").expect(0).text]
    write_secrets(fleet, "x")
    answers += [given.run("plan", "--json").expect(0).text]
    answers += [given.run("apply", "--yes").expect(1).text]
    assert "heard: (sensitive value)" in "".join(answers)
    answers += looks(cellwright)
    assert CANARY.search(fleet.state("client/acme/app").read_text()), "Terraform was given them"
    for answer in answers:
        assert not CANARY.search(answer), answer
    assert [path for path in kept_files(fleet) if CANARY.search(path.read_bytes().decode("latin-1"))] == []


def looks(cellwright: Program) -> Iterator[str]:
    """Every command that starts no Terraform, for people and for programs."""
    run = cellwright.look("runs", "--json").expect(0).document["runs"][0]["run"]
    tried = 0
    for arguments in IN_A_FLEET:
        if arguments[0] in (*_STARTS, *_SERVES):
            continue
        typed = [run if word == "R1" else word for word in arguments]
        yield cellwright.look(*typed).text
        yield cellwright.look(*typed, "--json").text
        tried += 1
    assert tried > 50


def kept_files(fleet: FleetFolder) -> Iterator[Path]:
    """Every file of fleet and person but states and what is written above."""
    own = {fleet.home / "states", fleet.root / "clients", fleet.root / "stacks", fleet.root / ".git"}
    for path in (*fleet.root.rglob("*"), *(fleet.root.parent / "person").rglob("*")):
        copied = "source" in path.parts and path.name == "main.tf"
        if path.is_file() and not path.is_symlink() and own.isdisjoint(path.parents) and not copied:
            yield path
