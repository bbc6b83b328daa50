"""The Terraform that the demo runs with: the one on the PATH, else one that it fetches."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.terraform.install.binary import BinaryMissingError, find_binary, user_cache
from cellwright.terraform.install.releases import VENDOR, fetch_terraform

RELEASES_VARIABLE = "CELLWRIGHT_TERRAFORM_RELEASES"
"""The address of a company's own mirror of Terraform's releases; without it, the vendor's is used."""


def find_or_fetch(environment: Mapping[str, str]) -> Path:
    """Find `terraform` or `tofu` on the PATH; else fetch a pinned Terraform into the user's cache.

    Raises:
        DiagnosticError: there is none, and none can be fetched; says what to install.
    """
    for name in ("terraform", "tofu"):
        try:
            return find_binary(name, None, environment).path
        except BinaryMissingError:
            continue
    base = environment.get(RELEASES_VARIABLE, VENDOR)
    return fetch_terraform(user_cache(environment), base_url=base)
