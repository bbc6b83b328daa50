"""The real binaries. Each test of this folder runs with each of them that is installed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import binaries
from cellwright.terraform.install.binary import Binary
from plan_comparison import every_plan_compared
from unit.terraform.kit import Bench


@pytest.fixture(params=binaries.ALL)
def binary(request: pytest.FixtureRequest) -> Binary:
    return binaries.binary(request.param)


@pytest.fixture
def bench(binary: Binary, tmp_path: Path) -> Bench:
    root = tmp_path / "fleet"
    root.mkdir()
    return Bench(root, binary, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)})


@pytest.fixture(autouse=True)
def plans_are_compared() -> Iterator[None]:
    with every_plan_compared():
        yield
