"""Where each product's releases lie, what their files are called, and whose signature makes them genuine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.binary import Product

_KEYS = Path(__file__).with_name("keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductReleases:
    """The releases of one product."""

    product: Product
    name: str
    """What people call it."""
    address: str
    """Where its releases begin: its own server, or a mirror with the same layout below."""
    folder: str
    """The folder of one release below the address; `{version}` stands for its version."""
    signature_suffixes: Sequence[str]
    """What follows the name of the checksum list in the name of its signature; a mirror may have only one."""
    key_files: Sequence[Path] = field(repr=False)
    """OpenPGP keys, one of which must have signed the checksum list."""
    guide: str
    """Where people read how to install it."""

    def archive(self, version: str, platform: str) -> str:
        """Give the name of the archive for a platform."""
        return f"{self.product}_{version}_{platform}.zip"

    def checksums(self, version: str) -> str:
        """Give the name of the list of the archives' checksums."""
        return f"{self.product}_{version}_SHA256SUMS"

    def signatures(self, version: str) -> tuple[str, ...]:
        """Give the names that the list's signature may have, in the order in which to try them."""
        return tuple(f"{self.checksums(version)}{suffix}" for suffix in self.signature_suffixes)

    def url(self, version: str, file: str) -> str:
        """Give the address of a file of a release."""
        return f"{self.address.rstrip('/')}/{self.folder.format(version=version)}/{file}"


RELEASES: Mapping[Product, ProductReleases] = {
    "terraform": ProductReleases(
        product="terraform",
        name="Terraform",
        address="https://releases.hashicorp.com/terraform",
        folder="{version}",
        # The first is by the key that we have, also when the vendor signs with a new one.
        signature_suffixes=(".72D7468F.sig", ".sig"),
        # One key, published twice: each copy is valid for its own years only.
        key_files=(_KEYS / "hashicorp-until-2026.asc", _KEYS / "hashicorp-until-2030.asc"),
        guide="developer.hashicorp.com/terraform/install",
    ),
    "tofu": ProductReleases(
        product="tofu",
        name="OpenTofu",
        address="https://github.com/opentofu/opentofu/releases/download",
        folder="v{version}",
        signature_suffixes=(".gpgsig",),
        key_files=(_KEYS / "opentofu.asc",),
        guide="opentofu.org/docs/intro/install",
    ),
}


def releases_variable(releases: ProductReleases) -> str:
    """Name the environment variable with the address of a mirror of a product's releases."""
    return f"CELLWRIGHT_{releases.product.upper()}_RELEASES"
