"""A form as values: fields with what is known of them, in groups. Knows nothing of pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from cellwright.fleet.fleet import Level

FormValues: TypeAlias = Mapping[str, str]
"""What is written into the fields, by key; a field without a text is as by default."""

KEY_SEPARATOR = "."
LONGEST_VALUE = 50_000
"""Characters of one field: far more than a setting needs, few enough to be checked while somebody types."""


class FieldKind(Enum):
    """How a field is filled in."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    """Yes, no, or as by default."""
    YAML = "yaml"
    """A value with parts, written as in the file."""
    SECRET = "secret"  # noqa: S105  the name of a kind
    """A reference to a secret; never the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting that can be given."""

    key: str
    """As in the file, with dots: `tier`, `stacks.app.replicas`."""
    name: str
    kind: FieldKind
    type: str = ""
    """As the stack declares it: `list(string)`."""
    description: str = ""
    required: bool = False
    """Nothing else says it."""
    default: str = ""
    """What holds if nothing is given, as it is written."""
    default_from: str = ""
    """Which layer, or stack, says so: `tiers/gold.yaml:4`."""
    choices: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is to be known of some choices."""
    closed: frozenset[str] = frozenset()
    """The choices that can't be made now; the notes say why."""
    rules: tuple[str, ...] = ()
    """What the stack says of values that it refuses."""
    deprecated: str = ""
    wired: bool = False
    """The fleet gives it by a reference, and few clients give another value."""

    @property
    def path(self) -> tuple[str, ...]:
        """The steps to it in the file."""
        return tuple(self.key.split(KEY_SEPARATOR))


@dataclass(frozen=True, slots=True, kw_only=True)
class StackForm:
    """A stack as a switch, with its inputs."""

    name: str
    level: str
    default: bool
    """Whether it is on if nothing is given."""
    default_from: str
    inputs: tuple[Field, ...] = ()
    fault: str = ""
    """Why its inputs are not known."""

    @property
    def key(self) -> str:
        """The key of the switch."""
        return f"stacks.{self.name}.enabled"

    @property
    def main(self) -> tuple[Field, ...]:
        """The inputs that clients differ in: the fleet says a plain value, or nobody says any."""
        return tuple(item for item in self.inputs if not item.wired and (item.required or item.default_from))

    @property
    def more(self) -> tuple[Field, ...]:
        """The inputs that only the stack has a default for."""
        return tuple(
            item for item in self.inputs if not item.wired and not item.required and not item.default_from
        )

    @property
    def wired(self) -> tuple[Field, ...]:
        """The inputs that the fleet gives by reference."""
        return tuple(item for item in self.inputs if item.wired)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one level."""

    level: Level
    levels: tuple[str, ...]
    """All levels, of which another may be chosen."""
    keys: tuple[Field, ...]
    """The cell's own settings: its placement, what chooses layers, what layers set."""
    stacks: tuple[StackForm, ...]
    secrets: tuple[str, ...] = ()
    """The sources of secrets that references may name."""
    fields: Mapping[str, Field] = field(init=False)
    """All of them by key."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", {item.key: item for item in self._all()})

    def _all(self) -> Iterator[Field]:
        yield from self.keys
        for stack in self.stacks:
            yield from stack.inputs

    @property
    def switches(self) -> Mapping[str, StackForm]:
        """The stacks by the keys of their switches."""
        return {stack.key: stack for stack in self.stacks}
