"""Runs: one execution of a set of changes, in waves, that survives a crash."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.waiting_time import working_seconds


class RunKind(Enum):
    """What a run is for."""

    PLAN = "plan"
    APPLY = "apply"
    DESTROY = "destroy"


class RunStatus(Enum):
    """Where a run stands."""

    RUNNING = "running"
    """Being carried out, or its process died: `resume` finds out which, and goes on."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """At least one unit failed or was skipped; `resume` runs what is left."""
    CANCELLED = "cancelled"


class Outcome(Enum):
    """How a unit ended in a run."""

    PLANNED = "planned"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    BLOCKED = "blocked"
    """An upstream was never applied."""
    SKIPPED = "skipped"
    """An upstream or an earlier wave did not succeed in this run."""
    REFUSED = "refused"
    """Somebody has not approved its plan."""
    CANCELLED = "cancelled"


def was_refused(status: RunStatus, outcomes: Collection[str]) -> bool:
    """Tell whether a run did not succeed for no other reason than that somebody has not approved a plan."""
    bad = {Outcome.FAILED.value, Outcome.BLOCKED.value, Outcome.CANCELLED.value}
    return status is RunStatus.FAILED and Outcome.REFUSED.value in outcomes and not bad & set(outcomes)


def status_word(status: RunStatus, outcomes: Collection[str]) -> str:
    """Say how a run stands: the same word on terminals, on pages and in documents."""
    return Outcome.REFUSED.value if was_refused(status, outcomes) else status.value


def status_of(word: str) -> RunStatus:
    """Read what `status_word` said, as the ledger records it: a refused run is one that failed."""
    return RunStatus.FAILED if word == Outcome.REFUSED.value else RunStatus(word)


class Operation(Enum):
    """What a run does to a unit."""

    APPLY = "apply"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class RunUnit:
    """A unit's part in a run."""

    address: UnitAddress
    operation: Operation
    wave: int = 0


@dataclass(frozen=True, slots=True)
class UnitResult:
    """How a unit ended, in seconds and resources, with what Terraform and we had to say."""

    address: UnitAddress
    outcome: Outcome
    seconds: float = 0.0
    resources: ResourceCounts = field(default_factory=ResourceCounts)
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a set of changes."""

    id: str
    """Sorts by time: `20261122-214812-3f9a`."""
    kind: RunKind
    status: RunStatus
    actor: str
    reason: str
    started: str
    """UTC, ISO 8601."""
    finished: str | None
    commit: str | None
    """The fleet repository's commit; None outside git."""
    units: tuple[RunUnit, ...]
    waited: float = 0.0
    """Seconds in which it only waited for people (an answer, or to be resumed): no part of what it took."""

    @property
    def seconds(self) -> float | None:
        """How long it took, without waiting for people; None while it goes on."""
        return working_seconds(self.started, self.finished, self.waited)


LOOK = Run(
    id="look",
    kind=RunKind.PLAN,
    status=RunStatus.RUNNING,
    actor="",
    reason="",
    started="",
    finished=None,
    commit=None,
    units=(),
)
"""In place of a run, for states that are looked at where there is none."""
