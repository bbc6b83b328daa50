"""Each crash is tried with Terraform and with OpenTofu: with one of them in the short tests, by turns."""

import pytest

import binaries


@pytest.fixture(autouse=True, params=binaries.ALL)
def binary_of_the_machine_here(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Make the command `terraform` the one or the other; gives its name."""
    # Not in the test's own folder: processes that know that folder count as left behind by the test.
    folder = tmp_path_factory.getbasetemp() / f"machine-{request.param}"
    for key, value in binaries.machine_with(request.param, folder).items():
        monkeypatch.setenv(key, value)
    return str(request.param)
