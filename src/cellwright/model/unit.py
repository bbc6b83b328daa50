"""A unit: one stack in one cell, with everything that the settings say about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings
from cellwright.model.position import Position
from cellwright.model.text.url_credentials import shown_address
from cellwright.model.value import Json, OutputReference, SecretReference, Value, references_in, secrets_in


@dataclass(frozen=True, slots=True)
class Origin:
    """The layer and position that set a value, and the origin of the value that it overrode."""

    layer: str
    """The document's path, relative to the fleet's root."""
    position: Position
    value: Value
    """As written in that layer, before references were replaced."""
    overridden: "Origin | None" = None

    def chain(self) -> tuple["Origin", ...]:
        """Every layer that set the value, the one that decides last."""
        links: list[Origin] = []
        link: Origin | None = self
        while link is not None:
            links.append(link)
            link = link.overridden
        return tuple(reversed(links))


@dataclass(frozen=True, slots=True)
class Input:
    """The resolved value of one stack variable for one unit, with its provenance."""

    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class StackPin:
    """Which stack a unit runs, as the settings name it."""

    source: str
    """As written in `fleet.yaml`: a folder relative to it, or `git::URL//folder?ref=TAG`."""
    version: str | None = None
    """Replaces the source's ref; None leaves it."""
    binary: BinarySettings = DEFAULT_BINARY
    """Which program runs it: OpenTofu reads `*.tofu` files that Terraform leaves alone."""
    constants: tuple[tuple[str, str], ...] = ()
    """The inputs that decide where its modules come from, each as JSON: with others it has other files."""
    commit: str | None = None
    """Take it from this commit: of its repository, or of the fleet's for a folder. None: as it is now."""

    @property
    def shown_source(self) -> str:
        """Give the source as it may be shown: a login that somebody has written is no part of it."""
        return shown_address(self.source)


@dataclass(frozen=True, slots=True)
class Backend:
    """Where a unit's state lives: a Terraform backend's name and its settings, references replaced."""

    kind: str
    config: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One stack in one cell: one Terraform state. Holds settings, not results."""

    address: UnitAddress
    stack: StackPin
    enabled: bool
    inputs: Mapping[str, Input]
    needs: tuple[UnitAddress, ...]
    """Explicit order, from `needs`; references add theirs."""
    backend: Backend
    environment: Mapping[str, str]
    """What the cell's settings add to the environment of its Terraform processes."""
    labels: Mapping[str, str]
    """The cell's own scalar keys (tier, account, ...), for selectors such as `tier=gold`."""
    position: Position
    """Where the cell's own settings start."""
    secret_inputs: frozenset[str] = frozenset()
    """Inputs that take something sensitive though their variables are not marked so."""

    def references(self) -> Iterator[OutputReference]:
        """Yield every output reference in the unit's inputs."""
        for item in self.inputs.values():
            yield from references_in(item.value)

    def secrets(self) -> Iterator[tuple[str, SecretReference]]:
        """Yield every reference to a secret, with the name of the input that holds it."""
        for name, item in self.inputs.items():
            for reference in secrets_in(item.value):
                yield name, reference

    def upstreams(self) -> frozenset[UnitAddress]:
        """The units that must have been applied before this one."""
        return frozenset(self.needs) | {reference.unit for reference in self.references()}
