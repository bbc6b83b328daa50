"""Each crash is tried with Terraform and with OpenTofu."""

from pathlib import Path

import pytest

import binaries


@pytest.fixture(autouse=True, params=binaries.BOTH)
def binary_of_the_machine_here(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Make the command `terraform` the one or the other."""
    for key, value in binaries.machine_with(request.param, tmp_path / "machine").items():
        monkeypatch.setenv(key, value)
