"""Which Terraform or OpenTofu the settings mean, and its time limits."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.fleet.fleet import TerraformSettings
from cellwright.model.binary import BinarySettings, BinaryVersion, Product
from cellwright.terraform.install.binary import Asking, BinaryMissingError, find_binary
from cellwright.terraform.toolchain import Limits, Toolchain, ToolchainSettings, assemble_toolchain


def find_toolchain(
    settings: TerraformSettings, binary: BinarySettings, root: Path, environment: Mapping[str, str]
) -> Toolchain:
    """Find the binary that `binary` describes, its mirrors and its package cache.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    wanted = ToolchainSettings(
        binary=binary,
        mirror=settings.mirror,
        pass_patterns=settings.environment_pass,
        limits=Limits(timeout=settings.timeout, lock_timeout=settings.lock_timeout),
    )
    return assemble_toolchain(wanted, root, environment)


def product_of(
    binary: BinarySettings, pass_patterns: tuple[str, ...], root: Path, environment: Mapping[str, str]
) -> Product:
    """Tell which product the settings mean, for what is read before anything runs.

    What the settings say is believed, and checked when it runs. Where they don't, the program says it; it is
    started for that unless its answer is kept.

    Raises:
        DiagnosticError: it is neither of the two, or can't be started.
    """
    if binary.product is not None:
        return binary.product
    return chosen_version(binary, pass_patterns, root, environment).product or "terraform"


def chosen_version(
    binary: BinarySettings, pass_patterns: tuple[str, ...], root: Path, environment: Mapping[str, str]
) -> BinaryVersion:
    """Tell what the settings choose; without a version if it is not on this machine.

    Raises:
        DiagnosticError: it is neither of the two, or can't be started.
    """
    try:
        asking = Asking(folder=root, pass_patterns=pass_patterns)
        return find_binary(binary.program, None, environment, asking=asking).identity
    except BinaryMissingError:
        # Nothing can run here, so nothing depends on it but what is shown: its name is all that is known.
        named: Product = "tofu" if "tofu" in Path(binary.program).name else "terraform"
        return BinaryVersion(binary.product or named, "")
