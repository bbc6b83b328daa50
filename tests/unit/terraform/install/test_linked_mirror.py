from pathlib import Path

import pytest

from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.linked_mirror import held_for_other_only, lay_links
from cellwright.terraform.install.mirror import HOSTS, ProviderPackage, read_mirror
from cellwright.terraform.install.platform import this_platform
from unit.terraform.install.test_mirror import packed, unpacked

TERRAFORM, TOFU = HOSTS["terraform"], HOSTS["tofu"]


@pytest.mark.parametrize(
    ("product", "host", "other"), [("tofu", TOFU, TERRAFORM), ("terraform", TERRAFORM, TOFU)]
)
def test_what_lies_below_the_other_registry_only_is_found_below_both(
    tmp_path: Path, product: Product, host: str, other: str
) -> None:
    real = unpacked(tmp_path / "real", f"{other}/hashicorp/aws")
    packed(real, f"{other}/hashicorp/null", "3.2.1")
    packed(real, f"{other}/hashicorp/random", "3.6.0")
    packed(real, f"{host}/hashicorp/random", "3.5.0")
    mirrors = (read_mirror(real),)
    links = tmp_path / "links"

    assert held_for_other_only(mirrors, product) == ("hashicorp/aws", "hashicorp/null")
    lay_links(mirrors, product, links)

    assert read_mirror(links).packages == mirrors[0].packages | {
        ProviderPackage(f"{host}/hashicorp/aws", "5.100.0", packed=False),
        ProviderPackage(f"{host}/hashicorp/null", "3.2.1", packed=True),
    }
    package = links / host / "hashicorp" / "aws" / "5.100.0" / this_platform()
    assert package.resolve() == (real / other / "hashicorp/aws/5.100.0" / this_platform()).resolve()
    # Both products follow a link to a package, and none above it.
    assert [path for path in package.parents if path.is_symlink()] == []


def test_of_two_mirrors_the_first_one_counts_and_links_may_be_laid_again(tmp_path: Path) -> None:
    mirrors = [read_mirror(unpacked(tmp_path / name)) for name in ("first", "second")]

    for _ in range(2):
        lay_links(mirrors, "tofu", tmp_path / "links")

    (package,) = (tmp_path / "links" / TOFU).glob("*/*/*/*")
    assert package.resolve().is_relative_to((tmp_path / "first").resolve())


def test_a_package_that_is_called_otherwise_gets_no_link_to_nothing(tmp_path: Path) -> None:
    mirror = read_mirror(packed(tmp_path, f"{TERRAFORM}/hashicorp/null", "3.2.1"))
    next((tmp_path / TERRAFORM).rglob("*.zip")).unlink()

    lay_links([mirror], "tofu", tmp_path / "links")

    assert list((tmp_path / "links").rglob("*.zip")) == []


def test_a_folder_that_cant_be_written_is_said(tmp_path: Path) -> None:
    mirror = read_mirror(unpacked(tmp_path / "real"))
    (tmp_path / "links").write_text("a file")

    with pytest.raises(DiagnosticError, match="links can't be written"):
        lay_links([mirror], "tofu", tmp_path / "links")
