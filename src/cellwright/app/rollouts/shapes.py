"""Plans of one shape: what they do is equal, apart from the cells' own names and ids.

Who approves a shape approves every later plan of it in the same rollout. A plan that differs waits for an
answer of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.app.rollouts.second_person import refuse_own_rollout
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.planned import from_json
from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.rollouts.questions import RolloutQuestion, open_questions, with_shapes
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.drift import shape_digest
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import RunUnit

BY_SHAPE = "shape"
"""How a plan was approved: its shape was, before."""

_SHORT = 12


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """Plans of one shape that wait."""

    shape: str
    """Empty: of a plan that an older version made, which stands alone."""
    questions: tuple[RolloutQuestion, ...]

    @property
    def name(self) -> str:
        """What the group is called on the command line."""
        return self.shape[:_SHORT] or self.questions[0].plan_digest[:_SHORT]

    @property
    def level_and_stack(self) -> str:
        """Which units they are of: `client/*/app`."""
        unit = self.questions[0].unit
        return f"{unit.level}/*/{unit.stack}" if len(self.questions) > 1 else str(unit)

    @property
    def summary(self) -> PlanSummary:
        """What the first of them does."""
        first = self.questions[0]
        return from_json(RunUnit(first.unit, first.operation), first.plan).summary


def shape_of(question: RolloutQuestion) -> str:
    """Digest what a plan does, without what is the cell's own; empty if that is not known."""
    return shape_digest(question.operation, question.unit, _shape(question.plan))


def shape_groups(questions: Iterable[RolloutQuestion]) -> tuple[ShapeGroup, ...]:
    """Group plans by shape; the largest groups first, then in the given order."""
    groups: dict[str, list[RolloutQuestion]] = {}
    for question in questions:
        key = shape_of(question) or f"\0{question.run} {question.unit}"
        groups.setdefault(key, []).append(question)
    found = (
        ShapeGroup("" if key.startswith("\0") else key, tuple(members)) for key, members in groups.items()
    )
    return tuple(sorted(found, key=lambda group: -len(group.questions)))


def waiting_groups(session: FleetSession, rollout: str) -> tuple[ShapeGroup, ...]:
    """Give the plans of a rollout that wait, by shape, but those whose shape is approved already."""
    ledger = session.ledger()
    approved = ledger.rollouts.approved_shapes(rollout)
    groups = shape_groups(open_questions(ledger.database, rollout))
    return tuple(group for group in groups if group.shape not in approved)


def approve_groups(
    session: FleetSession, actor: Actor, rollout: str, names: Iterable[str] = (), reason: str = ""
) -> tuple[ShapeGroup, ...]:
    """Approve the plans that wait, and every later plan of the same shapes in this rollout.

    `names` limits them to these groups.

    Raises:
        DiagnosticError: no plan waits, there is no such group, or the fleet demands a second person.
    """
    ledger = session.ledger(writing=True)
    record = ledger.rollouts.find(rollout)
    refuse_own_rollout(session, actor, record)
    chosen = _chosen(ledger, rollout, tuple(names))
    if shapes := [group.shape for group in chosen if group.shape]:
        ledger.rollouts.approve_shapes(rollout, shapes, actor, reason)
    for group in chosen:
        _answer(ledger, group.questions, Answer(actor=actor, approved=True, reason=reason))
    return chosen


def reject_groups(
    session: FleetSession, actor: Actor, rollout: str, names: Iterable[str], reason: str = ""
) -> tuple[ShapeGroup, ...]:
    """Reject the plans of these groups that wait; later ones of the same shapes wait for an answer again.

    Raises:
        DiagnosticError: no plan waits, or there is no such group.
    """
    ledger = session.ledger(writing=True)
    ledger.rollouts.find(rollout)
    chosen = _chosen(ledger, rollout, tuple(names))
    for group in chosen:
        _answer(ledger, group.questions, Answer(actor=actor, approved=False, reason=reason))
    return chosen


def _chosen(ledger: Ledger, rollout: str, wanted: tuple[str, ...]) -> tuple[ShapeGroup, ...]:
    """Give the groups that wait and are named; all of them, if none is named."""
    groups = shape_groups(open_questions(ledger.database, rollout))
    chosen = tuple(group for group in groups if not wanted or group.name in wanted)
    if missing := [name for name in wanted if name not in {group.name for group in groups}]:
        detail = f"cellwright rollout status {rollout} lists what waits"
        raise DiagnosticError(error(f"no plans '{missing[0]}' wait in the rollout {rollout}", detail))
    if not chosen:
        detail = f"cellwright rollout status {rollout} shows where it stands"
        raise DiagnosticError(error(f"no plan of the rollout {rollout} waits for an answer", detail))
    return chosen


def approve_known_shapes(ledger: Ledger) -> None:
    """Approve the plans that wait whose shape was approved before."""
    for rollout in with_shapes(ledger.database):
        approved = ledger.rollouts.approved_shapes(rollout)
        by_person: dict[str, list[RolloutQuestion]] = {}
        for question in open_questions(ledger.database, rollout):
            person = approved.get(shape_of(question))
            if person is not None:
                by_person.setdefault(person, []).append(question)
        for person, questions in by_person.items():
            given = Answer(
                actor=Actor(person, "ledger"), approved=True, reason=f"rollout {rollout}", how=BY_SHAPE
            )
            _answer(ledger, questions, given)


def _answer(ledger: Ledger, questions: Iterable[RolloutQuestion], given: Answer) -> None:
    runs: dict[str, dict[UnitAddress, str]] = {}
    for question in questions:
        runs.setdefault(question.run, {})[question.unit] = question.plan_digest
    for run, plans in runs.items():
        ledger.approvals.answer(run, plans, given)


def _shape(plan: Any) -> str:  # noqa: ANN401  what was written, read back
    summary = plan.get("summary") if isinstance(plan, Mapping) else None
    found = summary.get("shape") if isinstance(summary, Mapping) else None
    return found if isinstance(found, str) else ""
