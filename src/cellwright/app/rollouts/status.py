"""Where rollouts stand: a list of them, or one with its waves, failures and plans that wait."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.rollouts.shapes import ShapeGroup, waiting_groups
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.failure_groups import same_each_time
from cellwright.rollout.plan import Stage
from cellwright.rollout.requests import open_approval
from cellwright.rollout.state import Phase, RolloutStatus
from cellwright.rollout.worst_case import WorstCase, worst_case

LISTED = 20
"""So many rollouts are listed, the newest."""


@dataclass(frozen=True, slots=True)
class StageView:
    """A wave, and where its cells stand."""

    stage: Stage
    phases: Mapping[Phase, int]
    is_current: bool
    """The rollout is at it."""

    @property
    def over(self) -> int:
        """How many of its cells are over."""
        return sum(amount for phase, amount in self.phases.items() if phase.is_over)


@dataclass(frozen=True, slots=True)
class Failure:
    """Cells that failed, or were skipped, for one reason."""

    phase: Phase
    why: str
    cells: tuple[tuple[CellAddress, str], ...]
    """With their runs; the run is empty where none began."""


@dataclass(frozen=True, slots=True)
class RolloutView:
    """One rollout."""

    record: RolloutRecord
    stages: tuple[StageView, ...]
    failures: tuple[Failure, ...]
    groups: tuple[ShapeGroup, ...]
    """Plans that wait for an answer, by shape."""
    waits_for_approval: bool
    """Between waves."""
    worst: WorstCase


def list_rollouts(session: FleetSession) -> tuple[RolloutSummary, ...]:
    """Give the newest rollouts, the newest first."""
    return session.ledger().rollouts.newest(LISTED)


def show_rollout(session: FleetSession, rollout: str) -> RolloutView:
    """Give one rollout.

    Raises:
        DiagnosticError: there is none of this id.
    """
    record = session.ledger().rollouts.find(rollout)
    return view_of(record, waiting_groups(session, rollout))


def newest_rollout(session: FleetSession) -> str:
    """Name the newest rollout.

    Raises:
        DiagnosticError: there is none.
    """
    found = session.ledger().rollouts.newest(1)
    if not found:
        raise no_rollout_yet()
    return found[0].id


def no_rollout_yet() -> DiagnosticError:
    """Say that there is none to be shown."""
    return DiagnosticError(error("there was no rollout yet", "begin one: cellwright rollout start"))


def summarize(session: FleetSession, rollout: str) -> RolloutSummary:
    """Give one rollout without its cells.

    Raises:
        MissingError: there is none of this id.
    """
    return session.ledger().rollouts.summary(rollout)


def needs_person(found: RolloutSummary, *, plans_wait: bool, waits_for_approval: bool) -> bool:
    """Tell whether nothing of a rollout goes on until somebody answers or resumes it."""
    stands = waits_for_approval or found.status is RolloutStatus.PAUSED
    return plans_wait or (stands and not found.at_work)


def view_of(record: RolloutRecord, groups: tuple[ShapeGroup, ...]) -> RolloutView:
    """Sort out what a rollout's record says."""
    state, plan = record.state, record.plan
    stages = tuple(
        StageView(
            stage,
            Counter(state.cells[place].phase for place in stage.cells),
            is_current=state.status.is_active and index == state.stage,
        )
        for index, stage in enumerate(plan.stages)
    )
    return RolloutView(
        record=record,
        stages=stages,
        failures=_failures(record),
        groups=groups,
        waits_for_approval=open_approval(plan, state) is not None,
        worst=worst_case(plan),
    )


def _failures(record: RolloutRecord) -> tuple[Failure, ...]:
    """Group cells by cause, the largest groups first; the words are those of the first cell."""
    found: dict[tuple[Phase, str], tuple[str, list[tuple[CellAddress, str]]]] = {}
    for planned, cell in zip(record.plan.cells, record.state.cells, strict=True):
        if cell.phase in (Phase.FAILED, Phase.OVERDUE, Phase.SKIPPED):
            # Each run has an id of its own; without it, equal reasons are one.
            why = cell.why.replace(f"run {cell.run} ", "its run ") if cell.run else cell.why
            cause = same_each_time(why, planned.address.cell)
            found.setdefault((cell.phase, cause), (why, []))[1].append((planned.address, cell.run))
    groups = [Failure(phase, why, tuple(cells)) for (phase, _), (why, cells) in found.items()]
    return tuple(sorted(groups, key=lambda group: -len(group.cells)))
