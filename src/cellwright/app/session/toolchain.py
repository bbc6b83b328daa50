"""Which Terraform a fleet's settings mean, and its time limits."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.fleet.fleet import TerraformSettings
from cellwright.terraform.toolchain import Limits, Toolchain, ToolchainSettings, assemble_toolchain


def find_toolchain(settings: TerraformSettings, root: Path, environment: Mapping[str, str]) -> Toolchain:
    """Find the binary, its mirrors and its package cache.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    wanted = ToolchainSettings(
        binary=settings.binary,
        version=settings.version,
        mirror=settings.mirror,
        pass_patterns=settings.environment_pass,
        limits=Limits(timeout=settings.timeout, lock_timeout=settings.lock_timeout),
    )
    return assemble_toolchain(wanted, root, environment)
