import os
from pathlib import Path

import pytest

from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.binary import BinaryMissingError
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.providers import DirectProviders
from cellwright.terraform.toolchain import ToolchainSettings, assemble_toolchain

ANSWER = """#!/bin/sh
echo 'Terraform v1.11.4'
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "terraform"
    program.write_text(ANSWER)
    program.chmod(0o755)
    (tmp_path / "mirror" / "example.org" / "acme" / "thing" / "1.0.0" / this_platform()).mkdir(parents=True)
    return {"PATH": f"{tmp_path / 'bin'}:{os.defpath}", "XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_everything_is_found_and_written(tmp_path: Path, environment: dict[str, str]) -> None:
    toolchain = assemble_toolchain(
        ToolchainSettings(binary=BinarySettings(version=">= 1.9"), mirror=str(tmp_path / "mirror")),
        tmp_path,
        environment,
    )

    assert str(toolchain.binary) == "Terraform 1.11.4"
    assert [mirror.sources for mirror in toolchain.mirrors] == [("example.org/acme/thing",)]
    assert toolchain.cli_config.path is not None
    assert toolchain.cli_config.environment() == {"TF_CLI_CONFIG_FILE": str(toolchain.cli_config.path)}
    assert toolchain.cli_config.path.is_relative_to(tmp_path / "cache")
    assert toolchain.cache.folder.is_relative_to(tmp_path / "cache")
    assert isinstance(toolchain.providers, DirectProviders)


def test_what_is_missing_is_reported(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(BinaryMissingError):
        assemble_toolchain(ToolchainSettings(binary=BinarySettings("no-such-tofu")), tmp_path, environment)
    with pytest.raises(DiagnosticError, match=r"the provider mirror .* does not exist"):
        assemble_toolchain(ToolchainSettings(mirror="gone"), tmp_path, environment)


def test_the_ambient_environment_stays_out_of_representations(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    toolchain = assemble_toolchain(
        ToolchainSettings(mirror=str(tmp_path / "mirror")), tmp_path, environment | {"AWS_SECRET": "canary"}
    )

    assert "canary" not in repr(toolchain)
