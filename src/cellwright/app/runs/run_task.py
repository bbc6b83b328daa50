"""What is to be done of a run now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cellwright.engine.plan_handling import PlanHandling
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Run, RunUnit
from cellwright.model.unit import Unit
from cellwright.planning.choice import Choice
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance

if TYPE_CHECKING:
    from cellwright.engine.lease.keeper import LeaseKeeper
    from cellwright.engine.unit.arrivals import MovedNow
    from cellwright.engine.unit.evaluation import OnCopy
    from cellwright.planning.declared_moves import DeclaredMove


class UnitMoves(Protocol):
    """Resources that fleet.yaml gives to another unit of their cell."""

    def moved(self, unit: UnitAddress) -> "Sequence[DeclaredMove]":
        """Give the moves that concern a unit, done or not."""

    def on_copy(self, unit: Unit) -> "OnCopy | None":
        """Give how a unit is planned whose resources an apply will move first."""

    def moved_now(self, unit: UnitAddress) -> "tuple[MovedNow, ...]":
        """Give the resources that this run has moved to a unit's state, or from it."""

    def prepare(self, part: RunUnit, keeper: "LeaseKeeper") -> None:
        """Carry out the moves that concern a unit which is about to be applied."""


class NoMoves:
    """None are declared, or they are nobody's business."""

    def moved(self, unit: UnitAddress) -> "Sequence[DeclaredMove]":  # noqa: ARG002  the protocol's parameter
        """Give none."""
        return ()

    def on_copy(self, unit: Unit) -> "OnCopy | None":  # noqa: ARG002  the protocol's parameter
        """Plan every unit as it is."""
        return None

    def moved_now(self, unit: UnitAddress) -> "tuple[MovedNow, ...]":  # noqa: ARG002  the protocol's parameter
        """Give none."""
        return ()

    def prepare(self, part: RunUnit, keeper: "LeaseKeeper") -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTask:
    """A run, and what is to be done of it now."""

    run: Run
    choice: Choice
    parallel: int | None = None
    """So many units at once; None leaves it to the fleet's settings, then to the machine."""
    plans: PlanHandling | None = None
    acceptance: StateAcceptance = NOTHING_ACCEPTED
    turn: int | None = None
    """As resuming it gave it; None: the one that the ledger has now."""
    move_states: bool = False
    """States whose place changes are moved; they are, too, where every plan is approved beforehand."""
    rollout: str = ""
    """The rollout that the run is a part of; empty: none."""
    moves: UnitMoves = field(default_factory=NoMoves)
    """What is moved between its units first."""
