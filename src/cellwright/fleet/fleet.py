"""The content of a fleet repository as values: levels, cells, units and findings."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from cellwright.fleet.capacity import CapacitySettings, PlacementRule, Resources, ResourceUse
from cellwright.fleet.pools import Addressing
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings, Product
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.hidden_keys import KeyPath
from cellwright.model.position import Position
from cellwright.model.settings.offboarding_settings import OffboardingSettings
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.unit import StackPin, Unit
from cellwright.model.value import OutputReference, Value

FLEET_FILE = "fleet.yaml"

DEFAULT_TIMEOUT = 3600
"""Seconds that one Terraform call may take; the slowest AWS resources need three quarters of an hour."""

DEFAULT_LOCK_TIMEOUT = 60
"""Seconds to wait for a state's lock."""

DEFAULT_POLICY_FOLDER = "policies"


@dataclass(frozen=True, slots=True)
class UnitLimits:
    """Units at once of all processes together that carry out runs of the queue; None sets no limit."""

    fleet: int | None = None
    account: int | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformSettings:
    """How Terraform is run, for the whole fleet (`terraform:` in fleet.yaml)."""

    binary: BinarySettings = DEFAULT_BINARY
    """`binary`, `product` and `version`, for cells whose level, layers and own files say nothing else."""
    fetch: bool = True
    """Whether a binary that isn't there may be fetched."""
    releases: tuple[tuple[Product, str], ...] = ()
    """Mirrors of the products' releases, from which it is fetched instead."""
    mirror: str | None = None
    """Folder of a filesystem mirror of providers; None uses Terraform's own configuration."""
    relay: bool = True
    """Whether the relay may stand between the binary and its providers."""
    relay_except: tuple[str, ...] = ()
    """Providers that it doesn't serve: their addresses, with or without the registry."""
    parallel: int | None = None
    """Units run at once by one process; None leaves it to the machine."""
    limits: UnitLimits = UnitLimits()
    timeout: int = DEFAULT_TIMEOUT
    """Seconds that one Terraform call may take."""
    lock_timeout: int = DEFAULT_LOCK_TIMEOUT
    """Seconds to wait for a state's lock."""
    environment_pass: tuple[str, ...] = ()
    """Variables that Terraform's processes inherit from ours besides a built-in few; `*` is any text."""
    binary_allow: tuple[str, ...] = ()
    """Programs that cells may name besides `terraform`, `tofu` and those of fleet.yaml; `*` is any text."""
    environment_allow: tuple[str, ...] = ()
    """Variables that cells may set in their `environment` besides a built-in few; `*` is any text."""


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The policies that every plan is checked against (`policies:` in fleet.yaml)."""

    folder: str = DEFAULT_POLICY_FOLDER
    """Relative to the fleet's root: its own `*.rego` are always on, its folders are packs."""
    packs: Mapping[str, Position] = field(default_factory=dict)
    """The enabled packs, and where each is listed."""
    ignored: tuple[str, ...] = ()
    """Folders in it whose policies are left off, on purpose."""
    folder_position: Position | None = None
    """Where fleet.yaml names the folder; None if it doesn't."""


AnchorKind: TypeAlias = Literal["file", "git_note", "s3"]


@dataclass(frozen=True, slots=True)
class AnchorSetting:
    """One place outside the ledger where the end of the audit trail is written down."""

    kind: AnchorKind
    place: str
    """A path, relative to the fleet's root; a ref of git notes; a bucket and a prefix in it."""
    retain_days: int | None = None
    """How long an object of S3 is locked."""


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """Who may answer for plans (`approvals:` in fleet.yaml)."""

    four_eyes: bool = False
    """Whoever started a run does not approve its plans."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """How the audit trail is anchored (`audit:` in fleet.yaml)."""

    anchors: tuple[AnchorSetting, ...] = ()
    keys: tuple[str, ...] = ()
    """Files with the public keys that may sign anchors, relative to the fleet's root."""


@dataclass(frozen=True, slots=True)
class ArtifactSettings:
    """Where logs and plans lie that another machine needs (`artifacts:` in fleet.yaml)."""

    url: str
    """A folder, relative to the fleet's root, or a URL."""
    keep_logs: int | None = None
    """So many days; None: as long as the run's other details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """Where the fleet's ledger is (`ledger:` in fleet.yaml); it holds no password."""

    url: str
    password_variable: str | None = None
    """The environment variable that holds the password."""
    iam: str | None = None
    """The region of AWS whose IAM gives a token in place of a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedFrom:
    """Resources that a stack has from now on, and another one of its level had before."""

    source: str
    """The other stack."""
    addresses: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What fleet.yaml says about a stack of a level."""

    name: str
    source: str
    version: str | None
    enabled: bool
    needs: tuple[str, ...]
    """Stacks of the same cell, or `level.stack` for one of the lower cell of that level."""
    position: Position
    """Where its source is written."""
    uses: tuple[ResourceUse, ...] = ()
    """What a unit of it uses of the resources that places have."""
    moved_from: tuple[MovedFrom, ...] = ()
    """What it has from other stacks: each cell's next apply moves that from state to state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """An ordered layer of infrastructure."""

    name: str
    cells: str
    """Folder of its cells, relative to the fleet's root."""
    placement: str | None
    """The key of a cell's settings that names the lower levels' cell in which it is placed."""
    layers: tuple[str, ...]
    """Paths of its layers, relative to the fleet's root, lowest first; may hold `${cell.*}`."""
    stacks: Mapping[str, StackSettings]
    position: Position
    binary: BinarySettings = DEFAULT_BINARY
    """Which program runs its units, unless a layer or a cell says otherwise; with what the fleet says."""
    suspended: str | None = None
    """Path of the layer that suspended cells get on top of all others, relative to the fleet's root."""


def levels_below(levels: Sequence[Level], name: str) -> tuple[Level, ...]:
    """Give the levels below one, lowest first."""
    return tuple(levels[: [item.name for item in levels].index(name)])


def place_levels(below: Sequence[Level]) -> tuple[Level, ...]:
    """Give those of the levels below one whose cells are its places: the nearest, and what shares its files.

    Levels that share a folder of cells speak of the same places, and the lowest of them says what these are.
    Another level's cell that has the same name by chance is none: that of the bootstrap, say.
    """
    return tuple(item for item in below if item.cells == below[-1].cells)


def says_capacity(settings: CapacitySettings, levels: Iterable[Level]) -> bool:
    """Tell whether a fleet says anything of capacity; if not, nothing is counted."""
    stacks = (stack for level in levels for stack in level.stacks.values())
    return settings.declared or any(stack.uses for stack in stacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One isolated instance of a level."""

    address: CellAddress
    path: str
    """Its file or folder, relative to the fleet's root."""
    placement: CellAddress | None
    """The cell of the lowest level in which it is placed; None where the level has no placement."""
    settings: Mapping[str, Value]
    """Its merged keys but the reserved ones (`stacks`, `terraform`, ...), references replaced."""
    environment: Mapping[str, str]
    """Environment variables of its units' Terraform processes."""
    position: Position
    binary: BinarySettings = DEFAULT_BINARY
    """Which program runs its units."""
    sensitive: frozenset[KeyPath] = frozenset()
    """Those of its keys that hold secrets: sensitive variables take them, or they are made of such."""
    rule: PlacementRule | None = None
    """The rule that is to place it, as long as nobody has let it decide; the cell has no placement then."""


@dataclass(frozen=True, slots=True)
class OutputUse:
    """One place where a unit takes another one's output."""

    unit: UnitAddress
    reference: OutputReference
    position: Position


@dataclass(frozen=True, slots=True)
class OpenUse:
    """An input whose variable is not marked sensitive, and an output that it takes."""

    unit: UnitAddress
    input: str
    reference: OutputReference
    position: Position


class Units(Mapping[UnitAddress, Unit], ABC):
    """A fleet's units, enabled and disabled ones, in the order of levels, cells and stacks.

    Asking for a unit may resolve its cell; the other methods and iterating over the addresses do not.
    """

    @abstractmethod
    def is_enabled(self, address: UnitAddress) -> bool:
        """Tell whether there is such a unit and it is enabled."""

    @abstractmethod
    def labels(self, address: UnitAddress) -> Mapping[str, str]:
        """Give a unit's labels; none if there is no such unit."""

    @abstractmethod
    def upstreams(self, address: UnitAddress) -> frozenset[UnitAddress]:
        """Give what a unit depends on.

        Raises:
            KeyError: there is no such unit.
        """

    @abstractmethod
    def resources(self, cell: CellAddress) -> Resources:
        """Give what a cell's enabled units use of what places have; () if there is no such cell.

        Equal ones are one object for all cells.
        """

    @abstractmethod
    def pins(self) -> frozenset[StackPin]:
        """Give the stacks that enabled units run."""

    @abstractmethod
    def uses(self) -> tuple[OutputUse, ...]:
        """Give every place where an enabled unit takes an output. Resolves every cell."""

    @abstractmethod
    def uses_of(self, wanted: Callable[[StackPin, str], bool]) -> tuple[OutputUse, ...]:
        """Give the places where an enabled unit takes an output that is wanted, by its stack and name.

        Resolves only the cells that have such a place.
        """


@dataclass(frozen=True, slots=True)
class Conflict:
    """A finding about several cells that stops these cells only, and no command about others."""

    cells: frozenset[CellAddress]
    finding: Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Everything that one fleet repository describes, with all findings about it."""

    root: Path
    name: str
    terraform: TerraformSettings
    levels: tuple[Level, ...]
    cells: Mapping[CellAddress, Cell]
    units: Units
    backend: str = "local"
    """Where states live: a Terraform backend's name, the same for all units."""
    diagnostics: tuple[Diagnostic, ...]
    """Sorted by file, line and column."""
    addresses: Addressing = field(default_factory=Addressing)
    capacity: CapacitySettings = field(default_factory=CapacitySettings)
    policies: PolicySettings = field(default_factory=PolicySettings)
    secrets: Mapping[str, SecretSettings] = field(default_factory=dict)
    """The sources of secrets, by name."""
    approvals: ApprovalSettings = field(default_factory=ApprovalSettings)
    offboarding: OffboardingSettings = field(default_factory=OffboardingSettings)
    within: tuple[str, ...] | None = None
    """Prefixes of the addresses of all cells that were loaded; None: the whole fleet was."""
    neighbours: Mapping[CellAddress, Cell] = field(default_factory=dict)
    """Cells that were not loaded but may have the same state or address space as loaded ones."""
    conflicts: tuple[Conflict, ...] = ()
    """Those of the findings that concern only the cells they name."""

    @property
    def uses(self) -> tuple[OutputUse, ...]:
        """Every output reference of an enabled unit, with the place where it is written."""
        return self.units.uses()
