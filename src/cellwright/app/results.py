"""What use cases return: values to print, none of them formatted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.change import UnitStatus
from cellwright.model.plan import PlanSummary
from cellwright.model.position import Position
from cellwright.model.run import Run, UnitResult
from cellwright.model.value import Json
from cellwright.planning.graph import Edge

SENSITIVE = "(sensitive)"
"""Stands wherever a sensitive value would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUnit:
    """A unit's resolved settings; references stand as `${output...}`, secrets masked."""

    address: UnitAddress
    enabled: bool
    source: str
    version: str | None
    needs: tuple[UnitAddress, ...]
    inputs: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One layer that set an input."""

    layer: str
    position: Position
    value: Json


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where an input's value comes from, the winner last."""

    unit: UnitAddress
    input: str
    value: Json
    chain: tuple[ChainLink, ...]


@dataclass(frozen=True, slots=True)
class GraphView:
    """Units and dependencies; an edge's source depends on its target."""

    nodes: tuple[UnitAddress, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """Where every chosen unit stands."""

    fleet: str
    units: tuple[UnitStatus, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run as far as this process took it."""

    run: Run
    results: tuple[UnitResult, ...]
    plans: Mapping[UnitAddress, PlanSummary] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitLog:
    """One unit's log of one run: a file that holds this unit's lines only."""

    unit: UnitAddress
    path: Path


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the audit trail found."""

    count: int
    """Events read."""
    fault: str | None
    """The first break in the chain; None if it holds."""
