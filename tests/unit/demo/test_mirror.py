from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.demo.mirror import mirror_for
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.mirror import HOSTS, VARIABLE, read_mirror
from unit.terraform.install.test_mirror import unpacked

TERRAFORM, TOFU = HOSTS["terraform"], HOSTS["tofu"]


@pytest.fixture(name="machine")
def machine_fixture(tmp_path: Path) -> Mapping[str, str]:
    """A machine whose mirror holds the provider for Terraform."""
    unpacked(tmp_path / "mirror", f"{TERRAFORM}/hashicorp/aws")
    return {"HOME": str(tmp_path), VARIABLE: str(tmp_path / "mirror")}


def test_a_provider_that_is_there_for_the_other_product_only_is_linked_and_said(
    tmp_path: Path, machine: Mapping[str, str]
) -> None:
    said: list[str] = []
    links = tmp_path / "links"

    assert mirror_for("tofu", machine, links, said.append) == links
    assert read_mirror(links).sources == (f"{TOFU}/hashicorp/aws", f"{TERRAFORM}/hashicorp/aws")
    assert said == [
        f"this machine's mirror has hashicorp/aws for Terraform only: OpenTofu finds it by links in {links}"
    ]


def test_nothing_is_laid_for_the_product_that_the_mirror_is_for(
    tmp_path: Path, machine: Mapping[str, str]
) -> None:
    said: list[str] = []

    assert mirror_for("terraform", machine, tmp_path / "links", said.append) is None
    assert (said, (tmp_path / "links").exists()) == ([], False)


def test_a_mirror_of_both_is_taken_as_it_is(tmp_path: Path, machine: Mapping[str, str]) -> None:
    unpacked(tmp_path / "mirror", f"{TOFU}/hashicorp/aws")

    assert mirror_for("tofu", machine, tmp_path / "links", print) is None


def test_a_persons_own_configuration_counts_more_than_a_mirror_that_is_found(
    tmp_path: Path, machine: Mapping[str, str]
) -> None:
    (tmp_path / ".tofurc").touch()
    unpacked(tmp_path / ".terraform.d" / "plugins", f"{TERRAFORM}/hashicorp/aws")
    found = {"HOME": str(tmp_path)}

    assert mirror_for("tofu", found, tmp_path / "links", print) is None
    assert mirror_for("tofu", machine, tmp_path / "links", print) is not None, "one that is named counts"
    (tmp_path / ".tofurc").unlink()
    assert mirror_for("tofu", found, tmp_path / "found", print) is not None, "without one, what is found"


def test_a_mirror_that_is_named_and_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="does not exist"):
        mirror_for("tofu", {VARIABLE: str(tmp_path / "nowhere")}, tmp_path / "links", print)
