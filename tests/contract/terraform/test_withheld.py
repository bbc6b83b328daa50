"""What a provider can't find in its environment is named, if it is set in ours: with the real binary."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.terraform.install.cli_config import CliConfig
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from contract.relay.laboratory import install_program, program_of
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

_REQUIRED = 'terraform {\n  required_providers {\n    demo = { source = "hashicorp/vault" }\n  }\n}\n'
"""The test provider under another's name: its resources are called `demo_item` all the same."""
_ITEM = 'resource "demo_item" "x" { name = "x" }\n'
_ADVICE = "VAULT_ADDR is set here, but Terraform is not given it"


def opened(bench: Bench, folder: Path, stack: str, passed: tuple[str, ...] = ()) -> UnitTerraform:
    """A unit of a person who has VAULT_ADDR in the shell."""
    for host in ("registry.terraform.io", "registry.opentofu.org"):
        install_program(folder / "mirror", f"{host}/hashicorp/vault", program_of(5))
    config = folder / "rc"
    config.write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{folder / "mirror"}" }}\n}}\n'
    )
    toolchain = replace(
        bench.toolchain(),
        ambient={**bench.environment, "VAULT_ADDR": "https://vault.example.com"},
        cli_config=CliConfig(config, "test"),
        pass_patterns=passed,
    )
    # The test provider speaks no TLS; plain Terraform would insist.
    request = bench.request(
        write_tree(folder / "stack", {"main.tf": _REQUIRED + stack}),
        environment={"TF_DISABLE_PLUGIN_TLS": "1"},
    )
    return UnitTerraform.open(request, toolchain, bench.reporter, bench.cancellation)


@pytest.mark.parametrize(
    "stack",
    ['provider "demo" {\n  store   = "s"\n  account = "closed"\n}\n', ""],
    ids=["refused by its provider", "no provider block"],
)
def test_a_configuration_that_fails_names_it(bench: Bench, tmp_path: Path, stack: str) -> None:
    with opened(bench, tmp_path, stack + _ITEM) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert _ADVICE in caught.value.diagnostics[-1].detail
    assert _ADVICE in bench.reporter.diagnostics()[-1].detail
    assert _ADVICE in unit.monitor.log.path.read_text()
    assert "vault.example.com" not in unit.monitor.log.path.read_text()


def test_one_that_is_passed_by_a_pattern_is_not_named(bench: Bench, tmp_path: Path) -> None:
    with opened(bench, tmp_path, _ITEM, ("VAULT_*",)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert not [item for item in caught.value.diagnostics if "VAULT_ADDR" in item.detail]
    assert unit.runner.environment["VAULT_ADDR"] == "https://vault.example.com"
