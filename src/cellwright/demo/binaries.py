"""Which Terraform a fleet is run with; the demo fetches one where there is none."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.terraform.install.binary import Binary, BinaryMissingError, find_binary, user_cache
from cellwright.terraform.install.releases import VENDOR, fetch_terraform

RELEASES_VARIABLE = "CELLWRIGHT_TERRAFORM_RELEASES"
"""Where Terraform's releases are mirrored inside a company; else the vendor's own place."""


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


def chosen_binary(setting: str, version: str | None, environment: Mapping[str, str]) -> Binary:
    """Find the program that a fleet's settings name.

    Raises:
        DiagnosticError: it is missing, too old, or no Terraform.
    """
    return find_binary(setting, version, environment)
