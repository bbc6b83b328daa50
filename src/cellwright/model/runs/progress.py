"""Progress of a run: emitted by terraform/ and engine/ while it happens, shown by the command line."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, TypeAlias

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Run, RunUnit, UnitResult


class Phase(Enum):
    """What is being done with a unit."""

    WAITING = "waiting"
    PREPARING = "preparing"
    INITIALISING = "initialising"
    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting approval"
    APPLYING = "applying"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins or goes on."""

    run: Run


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """A unit enters a phase; `note` says more (who holds the lease, which try)."""

    unit: UnitAddress
    phase: Phase
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnitPlanned:
    """A unit's plan has been made and read."""

    unit: UnitAddress
    plan: PlanSummary


@dataclass(frozen=True, slots=True)
class ResourceProgress:
    """Terraform starts, goes on with, or is done with one resource."""

    unit: UnitAddress
    resource: str
    action: str
    state: str
    """`started`, `progress`, `done` or `errored`."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProgramSaid:
    """Terraform printed a message about no resource: one line, secrets masked."""

    unit: UnitAddress
    text: str


@dataclass(frozen=True, slots=True)
class DiagnosticSeen:
    """Terraform, or we, had something to say about a unit."""

    unit: UnitAddress
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class UnitFinished:
    """A unit reached its outcome in this run."""

    result: UnitResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run is over, as far as this process takes it."""

    run: Run
    refused: bool = False
    """It did not succeed for no other reason than that somebody has not approved a plan."""


Progress: TypeAlias = (
    RunStarted
    | PhaseEntered
    | UnitPlanned
    | ResourceProgress
    | ProgramSaid
    | DiagnosticSeen
    | UnitFinished
    | RunFinished
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """One piece of progress with its place in the run, so that it can be stored and streamed."""

    run: str
    """The run's id."""
    unit: UnitAddress | None
    """None for what concerns the whole run."""
    time: str
    """UTC, ISO 8601 with microseconds."""
    sequence: int
    """Counts from 1, without gaps, for each process that carries the run out; `time` orders processes."""
    progress: Progress


class Reporter(Protocol):
    """Receives progress, from several threads at once; must return quickly and never raise."""

    def report(self, progress: Progress) -> None:
        """Take one piece of progress."""


class Listener(Protocol):
    """Receives the events of a run in their order, one at a time; must return quickly and never raise."""

    def report(self, event: ProgressEvent) -> None:
        """Take one event."""


class SilentReporter:
    """Drops all progress: the harmless default for a reporter or a listener."""

    def report(self, progress: Progress | ProgressEvent) -> None:
        """Do nothing."""


def unit_of(progress: Progress) -> UnitAddress | None:
    """Tell which unit a piece of progress is about; None for the whole run."""
    match progress:
        case RunStarted() | RunFinished():
            return None
        case UnitFinished(result):
            return result.address
        case _:
            return progress.unit


def with_units(progress: Progress, units: tuple[RunUnit, ...]) -> Progress:
    """Give a piece of progress with other units of its run, if it says which they are."""
    match progress:
        case RunStarted(run):
            return RunStarted(replace(run, units=units))
        case RunFinished(run):
            return replace(progress, run=replace(run, units=units))
        case _:
            return progress
