"""What the ledger remembers of a unit: what was applied, with what, and what came out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
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
    """Which version of a Terraform state was seen last: its lineage and serial."""

    lineage: str
    serial: int


NO_STATE = StateMark("", 0)
"""What is seen where a state should be and is not."""


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
    """All that is remembered of a unit."""

    head: AppliedHead
    source_digest: str
    source_label: str
    """The stack's source for people: folder, or URL with ref and commit."""
    backend_digest: str
    inputs: Mapping[str, AppliedInput]
    outputs: Mapping[str, RecordedOutput]
    recipe: Mapping[str, Json] = field(default_factory=dict)
    """What a later destroy needs once the fleet has forgotten the unit: stack pin, backend, upstreams."""
    terraform_version: str = ""
    run: str = ""
    commit: str | None = None
    """The fleet repository's commit that was applied."""
    applied_at: str = ""
    """UTC, ISO 8601."""
