"""What the unit step asks of Terraform, and what dispatchers ask of the unit step."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from cellwright.engine.unit.arrivals import MovedNow, with_moved
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.planned import Planned
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.runs.drift import FoundDrift
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.removal import Removal
from cellwright.model.runs.run import Outcome, RunUnit, UnitResult
from cellwright.planning.policy.verdict import Verdict
from cellwright.terraform.output.plans.plan_effect import NO_EFFECT, PlanEffect
from cellwright.terraform.output.states.state_reader import StateSnapshot


class UnitStep(Protocol):
    """What is done with one unit of a run; re-entrant, called from several threads for different units."""

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        """Plan the unit, or finish it if there is nothing to apply."""

    def apply(self, planned: Planned) -> UnitResult:
        """Apply exactly that plan."""

    def abandon(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...] = ()) -> UnitResult:
        """Finish the unit without applying anything, and release it."""

    def interrupt(self, level: int) -> None:
        """Ask whatever runs to stop (1) or end it (2)."""

    def waiting(self) -> Collection[UnitAddress]:
        """Return the units that wait for somebody else's lease."""


@dataclass(frozen=True, slots=True)
class BroughtPlan:
    """A plan from a plan file, made in an earlier run."""

    path: Path
    """Terraform's own plan file."""
    fingerprint: str
    """Of the settings that it was made for."""
    modules: tuple[FetchedModule, ...] = ()
    """The downloaded modules with which it was made."""
    sha256: str = ""
    """Of the file, when it was held against the ledger."""


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan in the working folder that Terraform has read."""

    summary: PlanSummary
    file: Path | None = None
    """Terraform's plan file; it and the fields below are empty if there is nothing to apply."""
    sha256: str = ""
    """Of the plan file."""
    digest: str = ""
    """As `planned.plan_digest` makes it."""
    prior: StateMark | None = None
    """The version of the state that it was made for; None if there was none, or nobody has to know."""
    effect: PlanEffect = NO_EFFECT
    """What applying it is bound to change in the state."""
    drift: FoundDrift | None = None
    """What it tells of real resources that are not as applied; None if the settings have changed."""
    removals: tuple[Removal, ...] = ()
    """What applying it takes out of the state."""

    def taken_from(self, source: str) -> "ReadPlan":
        """Let it say where its source and inputs come from, if not from the settings."""
        return replace(self, summary=replace(self.summary, taken_from=source)) if source else self

    def with_moved(self, moved: Sequence[MovedNow]) -> "ReadPlan":
        """Let it name what was moved between states before it was made."""
        return replace(self, summary=with_moved(self.summary, moved)) if moved else self


class PlanDepot(Protocol):
    """Where plans are kept that wait for an answer, so that another machine can apply them."""

    def keep(self, planned: Planned, /) -> bool:
        """Keep a plan; false if this is not the place for it.

        Raises:
            DiagnosticError: it can't be kept: then only this machine can apply it.
        """

    def fetch(self, planned: Planned, /) -> bytes | None:
        """Give the file of a plan that another machine has made; None if there is none.

        Raises:
            DiagnosticError: that can't be found out.
        """

    def drop(self, unit: UnitAddress, /) -> None:
        """Remove a unit's plans.

        Raises:
            DiagnosticError: they can't be removed.
        """


class NoDepot:
    """Plans stay on the machine that made them."""

    def keep(self, planned: Planned) -> bool:  # noqa: ARG002  the port's
        """Keep nothing."""
        return False

    def fetch(self, planned: Planned) -> None:
        """Have none."""

    def drop(self, unit: UnitAddress) -> None:
        """Do nothing."""


class StateDepot(Protocol):
    """Where states are kept that could not be written to their backend, so that another machine can do it.

    Every method raises DiagnosticError when the place can't be used.
    """

    def keep(self, unit: UnitAddress, content: bytes, /) -> bool:
        """Keep a state, in place of an earlier one; false if this is not the place for it."""

    def fetch(self, unit: UnitAddress, /) -> bytes | None:
        """Give a unit's state; None if none is kept."""

    def drop(self, unit: UnitAddress, /) -> None:
        """Remove a unit's state, which has been written."""


class NoStateDepot:
    """States that could not be written stay on the machine that made them."""

    def keep(self, unit: UnitAddress, content: bytes) -> bool:  # noqa: ARG002  the port's
        """Keep nothing."""
        return False

    def fetch(self, unit: UnitAddress) -> None:
        """Have none."""

    def drop(self, unit: UnitAddress) -> None:
        """Do nothing."""


class TerraformRunner(Protocol):
    """Terraform in one unit's working folder. Every verb raises DiagnosticError when Terraform fails."""

    @property
    def binary(self) -> BinaryVersion:
        """Which product runs in which version, for the record."""

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """Our warnings of what this program makes of the stack, once it is planned; `init` reported them."""

    def move_state(self) -> StateMark | None:
        """Bring the state to the place that the settings name now, if it is recorded to lie elsewhere.

        Returns its mark there.

        Raises:
            DiagnosticError: it is not where it was recorded to lie, or another one is at the new place.
        """

    def plan(self) -> ReadPlan:
        """Initialise, plan, save the plan and read it."""

    def modules(self) -> tuple[FetchedModule, ...]:
        """The modules that `init` has downloaded for the unit; asked for once there is a plan."""

    def restore(self, brought: BroughtPlan) -> ReadPlan:
        """Initialise, and take a plan that was made before instead of making one."""

    def reuse(self, left: Planned) -> ReadPlan:
        """Initialise, and take the plan that an earlier process has left in this folder.

        Raises:
            DiagnosticError: it is gone, was changed, or can't be read; it is removed then.
        """

    def judged(self, judge: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
        """Have the plan that was read judged, once; what is found holds no secrets any more.

        `judge` gets Terraform's JSON of the plan, with secrets in clear; it is dropped afterwards. A plan
        with nothing to apply passes.

        Raises:
            DiagnosticError: `judge` can't tell.
        """

    def settle_state(self, *, write: bool) -> tuple[Diagnostic, ...]:
        """Write the state that an earlier apply could not write to its backend; without `write` only refuse.

        One that was cut off is put back too, if any state is accepted. Returns what was done.

        Raises:
            DiagnosticError: there is one, and it could not be written, or was not to be; or the state is
                cut off.
        """

    def apply(self) -> None:
        """Apply the plan, and nothing but the plan."""

    def rewrite_state(self) -> None:
        """Nothing is to be changed by the plan that was made: let the state be written under the key of now.

        A key that changes changes no resource, but without this the former one would be needed for ever.
        """

    def state(self) -> StateSnapshot | None:
        """Read what is there now; None if there is no state."""

    def mark(self) -> StateMark | None:
        """Which version of the state is there now, as far as that can be told; never fails."""

    def state_writer(self) -> BinaryVersion | None:
        """Which program has written the state last, where the state's own file tells that; never fails."""

    def state_before(self) -> Path | None:
        """Where the state from before an apply is kept whose end nobody knows; None if none is."""

    def drop_state_before(self) -> None:
        """It is known how the apply has ended: remove that state, unless the one of now can't be used.

        Never fails.
        """

    def interrupt(self, level: int) -> None:
        """Ask what runs to stop (1), or kill it (2); called from another thread."""

    def close(self) -> None:
        """Remove what may hold secrets, and release the folder."""

    def leave(self) -> None:
        """Release the folder; the plan stays in it."""


class TerraformPort(Protocol):
    """Opens working folders."""

    def open(self, task: UnitTask, attempt_id: str, keep: Path | None = None) -> TerraformRunner:
        """Make the folder ready for `task`; what is started there bears the attempt's name.

        Of what an earlier process has left in it only the plan file `keep` stays.

        Raises:
            DiagnosticError: it can't be made, or its inputs' values can't be had.
        """


class RecoveryPort(Protocol):
    """Cleans up what a crashed process has left in a working folder."""

    def finish_interrupted(self, part: RunUnit, attempt_id: str) -> bool:
        """Wait for an apply that still runs, stop anything else; tell if that attempt's apply has succeeded.

        Raises:
            DiagnosticError: a living Cellwright works in the folder.
        """

    def discard_plans(self, unit: UnitAddress) -> None:
        """Remove the plan files in the working folder; never fails."""

    def drop_state_before(self, unit: UnitAddress) -> None:
        """Remove the state from before the unit's apply; never fails."""

    def interrupt(self, level: int) -> None:
        """Ask what is being waited for to stop (1), or kill it (2); called from another thread."""

    def state_of(self, applied: AppliedUnit) -> StateSnapshot | None:
        """Read a unit's state where it was recorded to lie; None if there is none."""
