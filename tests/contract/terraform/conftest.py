"""The real binaries. Each test of this folder runs with each of them that is installed."""

import os
from pathlib import Path

import pytest

import binaries
from cellwright.terraform.install.binary import Binary
from unit.terraform.kit import Bench


@pytest.fixture(params=binaries.ALL)
def binary(request: pytest.FixtureRequest) -> Binary:
    return binaries.binary(request.param)


@pytest.fixture
def bench(binary: Binary, tmp_path: Path) -> Bench:
    root = tmp_path / "fleet"
    root.mkdir()
    return Bench(root, binary, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)})
