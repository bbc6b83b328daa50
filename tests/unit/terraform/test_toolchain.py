import os
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.binary import BinaryMissingError
from cellwright.terraform.install.fetch.policy import FetchSettings
from cellwright.terraform.install.fetch.product_releases import RELEASES
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.providers import DirectProviders
from cellwright.terraform.toolchain import ToolchainSettings, assemble_toolchain
from unit.terraform.release_server import serving

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


def test_a_binary_that_is_not_there_is_fetched_as_the_settings_say(tmp_path: Path) -> None:
    said: list[str] = []
    environment = {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path)}
    with serving(tmp_path) as server:
        server.publish("tofu", "1.12.5")
        settings = ToolchainSettings(
            binary=BinarySettings(product="tofu", version="1.12.5"),
            fetch=FetchSettings(mirrors=(("tofu", f"{server.url}/tofu"),)),
        )
        releases = {**RELEASES, "tofu": replace(server.releases("tofu"), address="http://127.0.0.1:1")}

        toolchain = assemble_toolchain(settings, tmp_path, environment, notice=said.append, releases=releases)

    assert str(toolchain.binary) == "OpenTofu 1.12.5"
    assert toolchain.binary.path == tmp_path / ".local/share/cellwright/binaries/tofu/1.12.5/tofu"
    assert said[0] == f"fetching OpenTofu 1.12.5 from {server.url}/tofu"


def test_fetching_can_be_forbidden(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path)}

    with pytest.raises(BinaryMissingError, match=r"none is fetched: `terraform\.fetch: false`"):
        assemble_toolchain(ToolchainSettings(fetch=FetchSettings(allowed=False)), tmp_path, environment)
