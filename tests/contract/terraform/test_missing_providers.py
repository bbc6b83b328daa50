"""What each program says of a provider that it can't have, and what we make of it: mirrors, hosts, links."""

from pathlib import Path

import pytest

from cellwright.model.binary import PRODUCTS, BinarySettings
from cellwright.terraform.install.mirror import HOSTS
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.toolchain import ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

KIND = "example/nowhere"
STACK = f"""
terraform {{
  required_providers {{
    nowhere = {{ source = "{KIND}", version = "1.2.3" }}
  }}
}}
"""
NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}


def package(version: Path) -> Path:
    """Make what passes for a package of this platform, and give the folder of its version."""
    place = version / this_platform()
    place.mkdir(parents=True)
    (place / "terraform-provider-nowhere_v1.2.3").write_text("#!/bin/sh\nexit 1\n")
    (place / "terraform-provider-nowhere_v1.2.3").chmod(0o755)
    return version


def told(bench: Bench, mirror: Path) -> str:
    """The first line of what `init` is said to fail for, with this mirror and without a network."""
    mirror.mkdir(exist_ok=True)
    settings = ToolchainSettings(binary=BinarySettings(name=str(bench.binary.path)), mirror=str(mirror))
    toolchain = assemble_toolchain(settings, bench.root, bench.environment)
    request = bench.request(write_tree(bench.root / "stack", {"main.tf": STACK}), environment=NO_NETWORK)
    unit = UnitTerraform.open(request, toolchain, bench.reporter, bench.cancellation)
    with unit, pytest.raises(TerraformError) as caught:
        unit.plan()
    assert sum(note.startswith("attempt") for _, note in bench.reporter.phases()) == 0
    return caught.value.diagnostics[0].summary.replace(str(mirror), "MIRROR")


def hosts(bench: Bench) -> tuple[str, str]:
    """The registry of the product under test, and the other product's."""
    own = HOSTS[bench.binary.product]
    (other,) = set(HOSTS.values()) - {own}
    return own, other


def test_a_provider_that_is_gone(bench: Bench, tmp_path: Path) -> None:
    assert told(bench, tmp_path / "mirror") == (
        f"the provider {KIND} 1.2.3 can't be installed: not in the mirror MIRROR, "
        "and no registry can be reached"
    )


def test_another_version_than_the_mirror_has(bench: Bench, tmp_path: Path) -> None:
    package(tmp_path / "mirror" / hosts(bench)[0] / KIND / "1.2.2")

    assert told(bench, tmp_path / "mirror").endswith("the mirror has only 1.2.2 in MIRROR")


@pytest.mark.parametrize("linked", [False, True], ids=["a folder", "a link"])
def test_a_mirror_of_the_other_registry(bench: Bench, tmp_path: Path, *, linked: bool) -> None:
    own, other = hosts(bench)
    version = tmp_path / "mirror" / other / KIND / "1.2.3"
    if linked:
        version.parent.mkdir(parents=True)
        version.symlink_to(package(tmp_path / "real"))
    else:
        package(version)

    product = PRODUCTS[bench.binary.product]
    link = f"; besides, MIRROR/{other}/{KIND}/1.2.3 is a symbolic link, and {product} follows none there"
    assert told(bench, tmp_path / "mirror").endswith(
        f"the mirror MIRROR has it under {other} only, and {product} looks for it under {own}{link * linked}"
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4], ids=["host", "namespace", "type", "version"])
def test_a_link_that_no_product_follows(bench: Bench, tmp_path: Path, level: int) -> None:
    parts = (hosts(bench)[0], *KIND.split("/"), "1.2.3")
    package((tmp_path / "real").joinpath(*parts))
    link = (tmp_path / "mirror").joinpath(*parts[:level])
    link.parent.mkdir(parents=True)
    link.symlink_to((tmp_path / "real").joinpath(*parts[:level]))

    found = told(bench, tmp_path / "mirror")

    assert f"MIRROR/{'/'.join(parts[:level])} is a symbolic link" in found, found
