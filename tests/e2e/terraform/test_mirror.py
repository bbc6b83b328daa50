"""A big provider installed from a mirror of this machine, where there is one."""

import os
from pathlib import Path

import pytest

import binaries
from cellwright.model.binary import BinarySettings
from cellwright.terraform.install.mirror import find_mirrors
from cellwright.terraform.toolchain import ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.lock_file import read_lock_file
from missing import skip_without
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

AWS = "registry.terraform.io/hashicorp/aws"
STACK = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
"""


@pytest.mark.parametrize("name", binaries.ALL)
def test_a_provider_is_linked_from_the_mirror_and_locked_in_the_copy_only(
    bench: Bench, tmp_path: Path, name: str
) -> None:
    if not any(AWS in mirror.sources for mirror in find_mirrors(None, os.environ, tmp_path)):
        skip_without("a mirror with the AWS provider")
    missing = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    settings = ToolchainSettings(
        binary=BinarySettings(str(binaries.program(name))),
        mirror=str(binaries.mirror_for_both(tmp_path / "mirror")),
    )
    toolchain = assemble_toolchain(settings, bench.root, {**bench.environment, **missing})
    source = f"{binaries.HOSTS[binaries.product(name)]}/hashicorp/aws"
    stack = write_tree(tmp_path / "s", {"main.tf": STACK})
    request = bench.request(stack)

    reporter, cancellation = bench.reporter, bench.cancellation
    with UnitTerraform.open(request, toolchain, reporter, cancellation) as unit:
        unit.init()
        locked = read_lock_file(unit.workspace.lock_file)
        (package,) = (unit.workspace.module / ".terraform" / "providers" / source).glob("*/*")

    assert locked is not None
    assert [(entry.address, entry.version) for entry in locked] == [(source, package.parent.name)]
    assert package.is_symlink()
    assert not (stack.folder / ".terraform.lock.hcl").exists()
