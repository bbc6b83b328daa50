"""What can be done with a rollout as it stands, and what each of it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.rollouts.start import touched_cells
from cellwright.console.permits import reach
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.diagnostic import DiagnosticError
from cellwright.rollout import requests
from cellwright.rollout.state import AT_WORK, Phase, RolloutState


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be asked of a rollout."""

    name: str
    button: str
    question: str
    done: str
    """The button that does it."""
    permission: Permission
    tone: str = ""
    """`primary`, `danger`, or neither."""
    reason_needed: bool = False


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action(
            name="resume",
            button="Resume…",
            question="Resume this rollout?",
            done="Resume the rollout",
            permission=Permission.CANCEL,
            tone="primary",
        ),
        Action(
            name="retry",
            button="Retry…",
            question="Retry what is not done?",
            done="Retry",
            permission=Permission.APPLY,
            tone="primary",
        ),
        Action(
            name="pause",
            button="Pause…",
            question="Pause this rollout?",
            done="Pause the rollout",
            permission=Permission.CANCEL,
        ),
        Action(
            name="expedite",
            button="Skip bakes…",
            question="Skip the bakes that are left?",
            done="Skip the bakes",
            permission=Permission.APPLY,
            reason_needed=True,
        ),
        Action(
            name="halt",
            button="Halt…",
            question="Halt this rollout?",
            done="Halt the rollout",
            permission=Permission.CANCEL,
            tone="danger",
        ),
        Action(
            name="rollback",
            button="Roll back…",
            question="Take this rollout back?",
            done="Roll back",
            permission=Permission.APPLY,
        ),
        Action(
            name="cancel",
            button="Cancel…",
            question="Cancel this rollout?",
            done="Cancel the rollout",
            permission=Permission.CANCEL,
            tone="danger",
        ),
    )
}
"""By name, in the order of their buttons."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many cells an action is about."""

    at_work: int
    to_come: int
    again: int
    """Cells that a retry would do again, or begin."""
    touched: int


def possible(record: RolloutRecord) -> tuple[str, ...]:
    """Name what the rollout takes as it stands."""
    state, plan = record.state, record.plan
    tries: Mapping[str, Callable[[], RolloutState]] = {
        "resume": lambda: requests.resumed(state),
        "retry": lambda: requests.retried(plan, state),
        "pause": lambda: requests.paused(state, 0, ""),
        "halt": lambda: requests.halted(state, ""),
        "cancel": lambda: requests.cancelled(state, ""),
        "expedite": lambda: requests.expedited(state),
    }
    found = {name for name, attempt in tries.items() if _works(attempt)}
    if not any(stage.bake and not stage.is_canary for stage in plan.stages[state.stage :]):
        found.discard("expedite")
    if not state.status.is_active and touched_cells(record):
        found.add("rollback")
    return tuple(name for name in ACTIONS if name in found)


def offered(visitor: Visitor, record: RolloutRecord) -> tuple[Action, ...]:
    """Give what the rollout takes as it stands, and the visitor may ask of it."""
    return tuple(
        ACTIONS[name] for name in possible(record) if may_change(visitor, ACTIONS[name].permission, record)
    )


def may_change(visitor: Visitor, permission: Permission, record: RolloutRecord) -> bool:
    """Tell whether a visitor may do this at all cells of a rollout."""
    allowed = reach(visitor, permission)
    return visitor.may_somewhere(permission) and all(allowed(cell.address) for cell in record.plan.cells)


def amounts(record: RolloutRecord) -> Amounts:
    """Count what actions are about."""
    phases = [cell.phase for cell in record.state.cells]
    waiting = phases.count(Phase.WAITING)
    again = waiting + sum(phases.count(phase) for phase in (Phase.FAILED, Phase.SKIPPED, Phase.OVERDUE))
    at_work = sum(phase in AT_WORK for phase in phases)
    return Amounts(at_work, waiting, again, len(touched_cells(record)))


def _works(attempt: Callable[[], RolloutState]) -> bool:
    try:
        attempt()
    except DiagnosticError:
        return False
    return True
