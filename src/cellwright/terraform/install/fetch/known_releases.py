"""The releases of Terraform and OpenTofu that a version constraint chooses from.

For each minor release: its newest patch release; all from 0 up to it were released. An exact version needs no
entry here.
"""

from collections.abc import Iterator, Mapping

from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import MINIMUM
from cellwright.terraform.install.version_constraint import Constraint

NEWEST_PATCH: Mapping[Product, Mapping[str, int]] = {
    "terraform": {"1.15": 9, "1.14": 9, "1.13": 5, "1.12": 2, "1.11": 4, "1.10": 5, "1.9": 8},
    "tofu": {"1.12": 6, "1.11": 14, "1.10": 10, "1.9": 4, "1.8": 11, "1.7": 10},
}
"""As of 2026-08-21, from the tags of github.com/hashicorp/terraform and github.com/opentofu/opentofu."""


def newest_release(product: Product, constraint: Constraint | None) -> str | None:
    """Give the newest known release that satisfies the constraint; None if none does."""
    for version in _newest_first(product):
        if constraint is None or constraint.allows(Version(version)):
            return version
    return None


def _newest_first(product: Product) -> Iterator[str]:
    for minor, newest in NEWEST_PATCH[product].items():
        for patch in range(newest, -1, -1):
            if Version(f"{minor}.{patch}") >= MINIMUM[product]:
                yield f"{minor}.{patch}"
