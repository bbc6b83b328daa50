import re

import pytest
from packaging.version import Version
from pysequoia import Cert

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import MINIMUM
from cellwright.terraform.install.fetch.known_releases import NEWEST_PATCH, newest_release
from cellwright.terraform.install.fetch.product_releases import RELEASES
from cellwright.terraform.install.version_constraint import parse_constraint

FINGERPRINTS = {
    # As HashiCorp publishes it on its security page, OpenTofu in the documentation of its installation.
    "terraform": "C874011F0AB405110D02105534365D9472D7468F",
    "tofu": "E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80",
}


@pytest.mark.parametrize("product", ["terraform", "tofu"])
def test_the_keys_are_the_products_own(product: Product) -> None:
    for file in RELEASES[product].key_files:
        text = file.read_text()
        assert len(re.findall("BEGIN PGP PUBLIC KEY BLOCK", text)) == 1
        assert "PRIVATE" not in text
        key = Cert.from_bytes(text.encode())
        assert key.fingerprint.upper() == FINGERPRINTS[product]
        assert not key.is_revoked


def test_hashicorps_key_is_held_for_each_of_its_times() -> None:
    ends = [Cert.from_file(str(file)).expiration for file in RELEASES["terraform"].key_files]

    assert [end and end.date().isoformat() for end in ends] == ["2026-04-18", "2030-03-01"]


def test_opentofus_key_has_no_end() -> None:
    assert [Cert.from_file(str(file)).expiration for file in RELEASES["tofu"].key_files] == [None]


def test_files_are_called_as_the_products_call_them() -> None:
    terraform, tofu = RELEASES["terraform"], RELEASES["tofu"]

    def url(product: Product, name: str) -> str:
        return RELEASES[product].url("1.12.6", name)

    assert url("terraform", terraform.archive("1.12.6", "linux_amd64")) == (
        "https://releases.hashicorp.com/terraform/1.12.6/terraform_1.12.6_linux_amd64.zip"
    )
    assert terraform.signatures("1.12.6") == (
        "terraform_1.12.6_SHA256SUMS.72D7468F.sig",
        "terraform_1.12.6_SHA256SUMS.sig",
    )
    assert url("tofu", tofu.archive("1.12.6", "darwin_arm64")) == (
        "https://github.com/opentofu/opentofu/releases/download/v1.12.6/tofu_1.12.6_darwin_arm64.zip"
    )
    assert tofu.signatures("1.12.6") == ("tofu_1.12.6_SHA256SUMS.gpgsig",)


@pytest.mark.parametrize(
    ("product", "constraint", "newest"),
    [
        ("tofu", None, "1.12.6"),
        ("tofu", ">= 1.9", "1.12.6"),
        ("tofu", "~> 1.11.0", "1.11.14"),
        ("tofu", "< 1.11, != 1.10.10", "1.10.9"),
        ("tofu", "1.9.2", "1.9.2"),
        ("tofu", ">= 9", None),
        ("terraform", None, "1.15.9"),
        ("terraform", "~> 1.11.0", "1.11.4"),
        ("terraform", "< 1.9", None),
    ],
)
def test_a_constraint_means_the_newest_known_release_that_fits(
    product: Product, constraint: str | None, newest: str | None
) -> None:
    assert newest_release(product, parse_constraint(constraint) if constraint else None) == newest


@pytest.mark.parametrize("product", ["terraform", "tofu"])
def test_the_known_releases_are_listed_newest_first_from_the_oldest_that_works(product: Product) -> None:
    minors = [Version(minor) for minor in NEWEST_PATCH[product]]

    assert minors == sorted(minors, reverse=True)
    assert minors[-1] == MINIMUM[product]
