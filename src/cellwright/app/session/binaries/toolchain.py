"""Which Terraform or OpenTofu the settings mean, and its time limits."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cellwright.fleet.fleet import TerraformSettings
from cellwright.model.binary import BinarySettings, BinaryVersion, Product
from cellwright.terraform.install.binary import Asking
from cellwright.terraform.install.choice import BinaryChooser, nobody_is_told
from cellwright.terraform.install.fetch.policy import FetchSettings
from cellwright.terraform.toolchain import Limits, Toolchain, ToolchainSettings, assemble_toolchain


def find_toolchain(
    settings: TerraformSettings,
    binary: BinarySettings,
    root: Path,
    environment: Mapping[str, str],
    notice: Callable[[str], None] = nobody_is_told,
) -> Toolchain:
    """Find the binary that `binary` describes, or fetch it; find its mirrors and its package cache.

    `notice` is told what is fetched.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    wanted = ToolchainSettings(
        binary=binary,
        fetch=FetchSettings(allowed=settings.fetch, mirrors=settings.releases),
        mirror=settings.mirror,
        pass_patterns=settings.environment_pass,
        limits=Limits(timeout=settings.timeout, lock_timeout=settings.lock_timeout),
    )
    return assemble_toolchain(wanted, root, environment, notice=notice)


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
    """Tell what the settings choose; without a version if it is not on this machine. Nothing is fetched.

    Raises:
        DiagnosticError: it is neither of the two, or can't be started.
    """
    asking = Asking(folder=root, pass_patterns=pass_patterns)
    return BinaryChooser(environment=environment, asking=asking).expected(binary)
