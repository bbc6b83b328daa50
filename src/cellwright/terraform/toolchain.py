"""What all units of a run share: the binary, where its providers come from, time limits and retries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.user_cache import user_cache
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings, Product
from cellwright.terraform.install.binary import Asking, Binary
from cellwright.terraform.install.choice import BinaryChooser, nobody_is_told
from cellwright.terraform.install.cli_config import CliConfig, choose_cli_config
from cellwright.terraform.install.fetch.policy import FetchSettings, fetch_policy
from cellwright.terraform.install.fetch.product_releases import RELEASES, ProductReleases
from cellwright.terraform.install.mirror import Mirror, find_mirrors, is_named
from cellwright.terraform.install.provider_cache import ProviderCache
from cellwright.terraform.providers import DirectProviders, Providers
from cellwright.terraform.retry import RetryPolicy
from cellwright.terraform.workspace.shared_inits import SharedInits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Time limits in seconds, and retries."""

    timeout: float | None = None
    """One command; None for no limit."""
    grace: float = 120.0
    """How long a command may take to stop after its time-out, before it is killed."""
    lock_timeout: int = 60
    """How long Terraform waits for the lock of a state."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """Everything about running Terraform that is not about one unit."""

    binary: Binary
    root: Path
    """The fleet's root, absolute; files inside it are named relative to it."""
    cli_config: CliConfig
    mirrors: tuple[Mirror, ...]
    cache: ProviderCache
    inits: SharedInits
    ambient: Mapping[str, str] = field(repr=False)
    """The environment of this process."""
    pass_patterns: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    providers: Providers = field(default_factory=DirectProviders)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolchainSettings:
    """What `terraform:` in fleet.yaml, or nearer to a unit, says about it."""

    binary: BinarySettings = DEFAULT_BINARY
    fetch: FetchSettings = field(default_factory=FetchSettings)
    mirror: str | None = None
    pass_patterns: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def assemble_toolchain(
    settings: ToolchainSettings,
    root: Path,
    environment: Mapping[str, str],
    providers: Providers | None = None,
    *,
    notice: Callable[[str], None] = nobody_is_told,
    releases: Mapping[Product, ProductReleases] = RELEASES,
) -> Toolchain:
    """Find or fetch the binary, find the mirrors, and write the configuration that names them.

    `notice` is told what is fetched. `releases` says where from, and whose signature counts.

    Raises:
        BinaryMissingError: there is no such binary.
        DiagnosticError: it is the wrong one, one can't be fetched, or a mirror that is named does not exist.
    """
    chooser = BinaryChooser(
        environment=environment,
        asking=Asking(folder=root.absolute(), pass_patterns=settings.pass_patterns),
        policy=fetch_policy(settings.fetch, environment, releases),
        notice=notice,
    )
    binary = chooser.choose(settings.binary)
    mirrors = find_mirrors(settings.mirror, environment, root, notice=notice)
    cache = user_cache(environment)
    named = is_named(settings.mirror, environment)
    config = choose_cli_config(mirrors, environment, cache, named=named, product=binary.product)
    return Toolchain(
        binary=binary,
        root=root.absolute(),
        cli_config=config,
        mirrors=mirrors,
        cache=ProviderCache(cache / "providers", mirrors),
        inits=SharedInits(cache / "inits"),
        ambient=dict(environment),  # os.environ decodes a value at every access
        pass_patterns=settings.pass_patterns,
        limits=settings.limits,
        providers=providers or DirectProviders(),
    )
