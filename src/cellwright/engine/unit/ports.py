"""What the unit step asks of Terraform: one try at one unit, from plan to state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cellwright.engine.unit.evaluation import Work
from cellwright.model.applied import AppliedUnit, StateMark
from cellwright.model.plan import PlanSummary
from cellwright.model.run import RunUnit
from cellwright.planning.policy.verdict import Verdict
from cellwright.terraform.output.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was made in an earlier run and kept."""

    path: Path
    """Terraform's own plan file."""
    fingerprint: str
    """Of the settings that it was made for."""


class Attempt(Protocol):
    """Terraform in one unit's working folder. Every verb raises DiagnosticError when Terraform fails."""

    @property
    def terraform_version(self) -> str:
        """The version of the binary, for the record."""

    @property
    def plan_file(self) -> Path | None:
        """Where the plan lies until `close`; None if there is nothing to apply."""

    def plan(self) -> PlanSummary:
        """Initialise, plan, save the plan and read it."""

    def restore(self, saved: SavedPlan) -> PlanSummary:
        """Initialise, and take a plan that was made before instead of making one."""

    def judged(self, judge: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
        """Have the plan that was read judged, once; what is found holds no secrets any more.

        `judge` gets Terraform's JSON of the plan, with secrets in clear; it is dropped afterwards. A plan
        with nothing to apply passes.

        Raises:
            DiagnosticError: `judge` can't tell.
        """

    def apply(self) -> None:
        """Apply the plan, and nothing but the plan."""

    def state(self) -> StateSnapshot | None:
        """Read what is there now; None if there is no state."""

    def mark(self) -> StateMark | None:
        """Which version of the state is there now, as far as that can be told; never fails."""

    def interrupt(self, level: int) -> None:
        """Ask what runs to stop (1), or kill it (2); called from another thread."""

    def close(self) -> None:
        """Remove what may hold secrets and let go of the folder."""


class AttemptPort(Protocol):
    """Opens working folders."""

    def open(self, work: Work, claim: str) -> Attempt:
        """Make the folder ready for `work`; what is started there bears the name `claim`.

        Raises:
            DiagnosticError: it can't be made, or its inputs' values can't be had.
        """


class LeftoverPort(Protocol):
    """Sees to what a crashed process left in a working folder."""

    def finish_leftover(self, part: RunUnit, claim: str) -> bool:
        """Wait for an apply that still runs, stop anything else; tell if the apply `claim` has succeeded.

        Raises:
            DiagnosticError: a living Cellwright works in the folder.
        """

    def interrupt(self, level: int) -> None:
        """Ask what is being waited for to stop (1), or kill it (2); called from another thread."""

    def state_of(self, applied: AppliedUnit) -> StateSnapshot | None:
        """Read a unit's state where it was recorded to lie; None if there is none."""
