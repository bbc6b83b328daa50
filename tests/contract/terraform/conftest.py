"""The real binaries. Each test of this folder runs with each of them that is installed."""

import os
import shutil
from pathlib import Path

import pytest

from cellwright.terraform.install.binary import Binary, find_binary
from missing import skip_without
from unit.terraform.kit import Bench


@pytest.fixture(params=["terraform", "tofu"])
def binary(request: pytest.FixtureRequest, tmp_path: Path) -> Binary:
    if shutil.which(request.param) is None:
        skip_without(request.param)
    return find_binary(request.param, None, {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path)})


@pytest.fixture
def bench(binary: Binary, tmp_path: Path) -> Bench:
    root = tmp_path / "fleet"
    root.mkdir()
    return Bench(root, binary, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)})
