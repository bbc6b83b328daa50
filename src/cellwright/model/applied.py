"""What the ledger records of a unit: source, inputs and outputs of its last apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.binary import UNKNOWN_BINARY, BinaryVersion
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True)
class RecordedOutput:
    """A Terraform output as recorded. A sensitive one is kept as a keyed digest only."""

    digest: str
    sensitive: bool
    value: Json = None
    """None where sensitive."""


@dataclass(frozen=True, slots=True)
class AppliedInput:
    """An input as applied. A sensitive one is kept as a keyed digest only."""

    digest: str
    sensitive: bool
    value: Json = None
    """None where sensitive."""


@dataclass(frozen=True, slots=True)
class StateMark:
    """Version of a Terraform state: its lineage and serial."""

    lineage: str
    serial: int


NO_STATE = StateMark("", 0)
"""The mark of a state that should exist and does not."""

DAMAGED_STATE = StateMark("", -1)
"""The mark of a state that is there, but can't be read."""


BY_HAND = "by hand"
"""In place of the fingerprint of an apply that failed: somebody has changed the state by hand since the last
one, or has begun to, so that nobody knows whether the unit is still as it was applied."""

ADOPTED = "adopted"
"""In place of a fingerprint: the unit's state was there before the ledger knew of it, and with which settings
it was applied is not known."""

RESOURCES = "resources"
"""In a unit's recipe: how many resources its state has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedHead:
    """The part of an applied unit that decides whether it changed; small, read for the whole fleet."""

    address: UnitAddress
    fingerprint: str | None
    """None until an apply has succeeded (a unit whose first apply failed)."""
    failed: str | None = None
    """The fingerprint of the last apply if it failed, else None."""
    state: StateMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedUnit:
    """Everything that the ledger records of a unit."""

    head: AppliedHead
    source_digest: str
    source_label: str
    """The stack's source for people: folder, or URL with ref and commit."""
    backend_digest: str
    inputs: Mapping[str, AppliedInput]
    outputs: Mapping[str, RecordedOutput]
    recipe: Mapping[str, Json] = field(default_factory=dict)
    """What a later destroy needs when the fleet no longer has the unit: stack pin, backend, upstreams; and
    what it would take away, see `resources`."""
    binary: BinaryVersion = UNKNOWN_BINARY
    """What ran the last apply, or found that nothing was to be done."""
    run: str = ""
    commit: str | None = None
    """The fleet repository's commit that was applied."""
    applied_at: str = ""
    """UTC, ISO 8601."""

    @property
    def resources(self) -> int | None:
        """How many resources its state had after an apply that ended well; None if that is not known now."""
        found = self.recipe.get(RESOURCES)
        return found if isinstance(found, int) else None
