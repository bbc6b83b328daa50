"""The content of fleet.yaml as values: what cells are resolved with, and how to get the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cellwright.fleet.capacity import CapacitySettings
from cellwright.fleet.fleet import (
    FLEET_FILE,
    ApprovalSettings,
    ArtifactSettings,
    AuditSettings,
    LedgerSettings,
    Level,
    PolicySettings,
    TerraformSettings,
)
from cellwright.fleet.pools import Addressing
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.references import TextPart
from cellwright.model.position import Position
from cellwright.model.settings.build_settings import BuildSettings
from cellwright.model.settings.offboarding_settings import OffboardingSettings
from cellwright.model.settings.secret_settings import SecretSettings

if TYPE_CHECKING:
    from cellwright.fleet.config.operating import OperatingSettings

RESERVED = ("stacks", "environment", "levels", "terraform")
"""Top-level keys of a cell's document that have a meaning of their own."""
OWN_KEYS = ("enabled", "version")
"""Keys of a stack's settings that are Cellwright's and no inputs."""


@dataclass(frozen=True, slots=True)
class LayerPath:
    """A layer's path: literal texts and references to `cell.*`."""

    parts: tuple[TextPart, ...]
    position: Position

    @property
    def text(self) -> str:
        """The path as written."""
        return "".join(part if isinstance(part, str) else f"${{{part}}}" for part in self.parts)

    @property
    def fixed(self) -> bool:
        """Tell whether every cell takes the same layer here."""
        return all(isinstance(part, str) for part in self.parts)


def _no_operating() -> "OperatingSettings":
    from cellwright.fleet.config.operating import OperatingSettings  # noqa: PLC0415  few commands ask for it

    return OperatingSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The content of fleet.yaml. Without levels no cell can be resolved."""

    name: str = ""
    terraform: TerraformSettings = field(default_factory=TerraformSettings)
    levels: tuple[Level, ...] = ()
    layers: Mapping[str, tuple[LayerPath, ...]] = field(default_factory=dict)
    """Each level's layers, lowest first."""
    backend: str = "local"
    backend_config: Mapping[str, Node] = field(default_factory=dict)
    backend_position: Position = field(default_factory=lambda: Position(FLEET_FILE))
    addresses: Addressing = field(default_factory=Addressing)
    capacity: CapacitySettings = field(default_factory=CapacitySettings)
    policies: PolicySettings = field(default_factory=PolicySettings)
    sensitive_keys: tuple[str, ...] = ()
    """Keys of cells that hold secrets, beside those that are found by what takes them."""
    public_keys: tuple[str, ...] = ()
    """Keys of cells that hold none, whatever takes them."""
    secrets: Mapping[str, SecretSettings] = field(default_factory=dict)
    audit: AuditSettings = field(default_factory=AuditSettings)
    webhook_hosts: tuple[str, ...] = ()
    """Hosts and networks that webhooks may reach though they are private (`webhooks: allow:`)."""
    artifacts: ArtifactSettings | None = None
    """None: logs and plans stay on the machine that made them."""
    ledger: LedgerSettings | None = None
    """None: a file of this clone, unless the environment or the command line names another."""
    many_workers: bool = False
    """Units run on several machines, which share nothing but the repository, the ledger and the artifacts."""
    approvals: ApprovalSettings | None = None
    """None if `approvals:`, or the file as a whole, has a fault."""
    offboarding: OffboardingSettings | None = None
    """None if `offboarding:`, or the file as a whole, has a fault."""
    builds: BuildSettings | None = None
    """None if `builds:`, or the file as a whole, has a fault."""
    operating: "Callable[[], OperatingSettings]" = field(default=_no_operating, compare=False, repr=False)
    """Gives what it says of the console, rollouts, looks for drift and pipelines. It is read from the
    cache when it is asked for, because its classes take longer to import than most commands do."""

    def level(self, name: str) -> Level | None:
        """Find a level by its name."""
        return next((level for level in self.levels if level.name == name), None)
