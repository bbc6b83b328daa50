"""What use cases return: values to print, none of them formatted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from cellwright.model.change import UnitStatus
from cellwright.model.diagnostic import DiagnosticError, error
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
class ShownUnits:
    """Units one by one, each made when it is taken; and the last of them where a next page follows."""

    units: Iterator[ShownUnit]
    next: UnitAddress | None = None


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
    next: UnitAddress | None = None
    """The last of the units where a next page follows."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run as far as this process took it."""

    run: Run
    results: tuple[UnitResult, ...]
    plans: Mapping[UnitAddress, PlanSummary] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, newest first; and the last one's id where older ones follow."""

    runs: tuple[RunSummary, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class UnitLog:
    """One unit's log of one run: a file that holds this unit's lines only."""

    unit: UnitAddress
    path: Path

    def lines(self) -> Iterator[str]:
        """Yield its lines as they are read; a byte that is no text becomes a replacement character.

        Raises:
            DiagnosticError: the file can't be read.
        """
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                for line in file:
                    yield line.rstrip("\n")
        except OSError as fault:
            raise DiagnosticError(
                error(
                    f"the log {self.path} can't be read: {fault.strerror}",
                    "look at the file's owner and mode",
                )
            ) from fault


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the audit trail found."""

    count: int
    """Events read."""
    fault: str | None
    """The first break in the chain; None if it holds."""
