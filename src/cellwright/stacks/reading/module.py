"""One module's folder as values: what it declares and which modules it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.position import Position
from cellwright.stacks.types.constraint import TypeConstraint


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One `variable` block."""

    name: str
    type: TypeConstraint
    required: bool
    """It has no default."""
    nullable: bool
    sensitive: bool
    ephemeral: bool
    description: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One `output` block."""

    name: str
    sensitive: bool
    description: str
    position: Position


@dataclass(frozen=True, slots=True)
class ProviderRequirement:
    """Which provider a local name stands for, and the versions that will do (None: any)."""

    source: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One `module` block. `source` is None where it has to be evaluated."""

    name: str
    source: str | None
    position: Position

    @property
    def is_local(self) -> bool:
        """Whether the module is a folder next to the caller, not something that `init` downloads."""
        return self.source is not None and self.source.startswith(("./", "../"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """What the configuration files of one folder declare."""

    variables: Mapping[str, Variable]
    outputs: Mapping[str, Output]
    providers: Mapping[str, ProviderRequirement]
    """By local name: those required and those that resources imply."""
    required_versions: tuple[str, ...]
    """Every `required_version`; all of them hold."""
    resource_types: frozenset[str]
    """Types of resources, data sources, ephemeral resources and actions, also of those moved, imported or
    removed."""
    calls: tuple[ModuleCall, ...]
