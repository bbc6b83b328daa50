from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.model.diagnostic import error
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.unknown_feature import with_who_knows_it


def told(product: Product, version: str, detail: str) -> str:
    item = error("Unsupported block type", detail)
    return with_who_knows_it(item, Binary(Path("/bin/x"), product, Version(version))).detail


@pytest.mark.parametrize(
    ("product", "version", "detail", "added"),
    [
        (
            "terraform",
            "1.15.9",
            'Blocks of type "encryption" are not expected here.',
            "Terraform 1.15.9 does not know `encryption` blocks, which came with OpenTofu 1.7",
        ),
        (
            "tofu",
            "1.10.10",
            'An argument named "ephemeral" is not expected here.',
            "OpenTofu 1.10.10 does not know what is `ephemeral`, which came with Terraform 1.10 and",
        ),
        (
            "tofu",
            "1.9.4",
            "Could not download module: download not supported for scheme 'oci'",
            "OpenTofu 1.9.4 does not know modules in `oci:`, which came with OpenTofu 1.10",
        ),
        (
            "terraform",
            "1.14.9",
            'An argument named "const" is not expected here.',
            "Terraform 1.14.9 does not know `const` variables, which came with Terraform 1.15 and",
        ),
    ],
)
def test_who_knows_what_this_program_does_not(
    product: Product, version: str, detail: str, added: str
) -> None:
    said = told(product, version, detail)
    assert said.startswith(f"{detail.removesuffix('.')}. {added}")
    assert "; name another binary or version" in said


@pytest.mark.parametrize(
    ("product", "version", "detail"),
    [
        ("tofu", "1.12.0rc1", 'Blocks of type "language" are not expected here.'),
        ("tofu", "1.12.6", "download not supported for scheme 'oci'"),
        ("terraform", "1.9.8", "download not supported for scheme 'ftp'"),
        ("terraform", "1.9.8", 'An argument named "enabled" is not expected here.'),
        ("terraform", "1.9.8", 'An argument named "bukket" is not expected here. Did you mean "bucket"?'),
        ("terraform", "1.9.8", 'The module has no "action".'),
    ],
)
def test_another_error_stays_as_it_is(product: Product, version: str, detail: str) -> None:
    assert told(product, version, detail) == detail
