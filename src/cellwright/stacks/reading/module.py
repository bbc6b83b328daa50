"""A module as values: its variables, outputs and providers, and the modules it calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.binary import Product
from cellwright.model.position import Position
from cellwright.model.value import Json
from cellwright.stacks.reading.early import UNKNOWN, Early
from cellwright.stacks.types.constraint import TypeConstraint

NATIVE = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")
_OPENTOFU_ONLY = (".tofu", ".tofu.json")
WILD = re.compile(r"[*?\[]")
"""In a step of a `NamedPath`: the step stands for several names."""


def is_configuration(name: str) -> bool:
    """Tell whether Terraform or OpenTofu reads a file of this name (not `.hidden.tf`)."""
    return not name.startswith(".") and name.endswith((*NATIVE, *JSON))


def for_opentofu(name: str) -> bool:
    """Tell whether OpenTofu alone reads a configuration file of this name."""
    return name.endswith(_OPENTOFU_ONLY)


def read_by(product: Product, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out the configuration files that this product does not read.

    Terraform reads no `*.tofu`. OpenTofu reads `main.tofu` in place of `main.tf` where there are both.
    """
    if product == "terraform":
        return {name: content for name, content in files.items() if not for_opentofu(name)}
    replaced = {
        name.removesuffix(ending) + ending.replace("tofu", "tf")
        for name in files
        for ending in _OPENTOFU_ONLY
        if name.endswith(ending)
    }
    return {name: content for name, content in files.items() if name not in replaced}


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
    deprecated: str | None = None
    """What the stack says to those who still set it; None if it is not deprecated."""
    description: str
    default: str = ""
    """Its default as JSON; empty if it has none, or one that is no constant."""
    rules: tuple[str, ...] = ()
    """What its `validation` blocks say of a value that they refuse."""
    choices: tuple[str, ...] = ()
    """The texts that it takes, if a rule is that it is one of a list."""
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One `output` block."""

    name: str
    sensitive: bool
    deprecated: str | None = None
    """What the stack says to those who still take it; None if it is not deprecated."""
    description: str
    position: Position


@dataclass(frozen=True, slots=True)
class ProviderRequirement:
    """The provider of a local name, and a constraint on its version (None: any)."""

    source: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class RequiredVersion:
    """One place where a module says which versions of Terraform or OpenTofu it is made for."""

    constraint: str | None
    """None: a `language` block, which only OpenTofu knows, without a constraint on its version."""
    position: Position
    language: bool = False
    """It stands in a `language` block; else it is `required_version`."""
    overrides: bool = False
    """It is from an override file."""


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One `module` block. `source` is None if it is no literal."""

    name: str
    source: str | None
    position: Position
    computed_source: Early = UNKNOWN
    """The source, if it is no literal."""
    arguments: Mapping[str, Early] = field(default_factory=dict)
    """What is given to a module that may be local: its own sources may be made of it."""
    version: str | None = None
    """Which versions of a module from a registry are taken; empty if it is no literal."""

    @property
    def is_local(self) -> bool:
        """Tell whether the module is a local folder, which `init` does not download."""
        return self.source is not None and self.source.startswith(("./", "../"))


@dataclass(frozen=True, slots=True)
class NamedPath:
    """A path in a module's code that leads out of the folder from which it starts."""

    path: str
    """Begins with `..`; what is not known of it is `*`."""
    from_root: bool
    """It starts where Terraform runs, in the root module's folder; else in the module's own."""
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformModule:
    """The declarations in the configuration files of one folder."""

    variables: Mapping[str, Variable]
    outputs: Mapping[str, Output]
    providers: Mapping[str, ProviderRequirement]
    """By local name: those that are required and those that resources imply."""
    calls: tuple[ModuleCall, ...]
    versions: tuple[RequiredVersion, ...] = ()
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """The constant defaults of the variables that sources and arguments of its calls are made of."""
    paths: tuple[NamedPath, ...] = ()
    """Files and folders beside it that it may read."""
    state_store: Position | None = None
    """Where it declares that a provider keeps its state."""
