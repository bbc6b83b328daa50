"""A stand-in for Terraform, and a unit to run it on."""

import os
from pathlib import Path

import pytest

from cellwright.stacks.source.tree import StackTree
from unit.terraform.kit import Bench, ScriptedProgram, write_tree


@pytest.fixture
def program(tmp_path: Path) -> ScriptedProgram:
    return ScriptedProgram(tmp_path / "bin")


@pytest.fixture
def bench(program: ScriptedProgram, tmp_path: Path) -> Bench:
    return Bench(tmp_path / "fleet", program.write({}), {"PATH": os.defpath})


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": ""})
