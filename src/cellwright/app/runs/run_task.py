"""What is to be done of a run now."""

from dataclasses import dataclass

from cellwright.engine.plan_handling import PlanHandling
from cellwright.model.runs.run import Run
from cellwright.planning.choice import Choice
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance


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
