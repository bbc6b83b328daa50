"""All that waits for an approval: the plans of every run, grouped by what they do."""

from dataclasses import dataclass
from itertools import islice

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.plan_groups import PlanGroup, WaitingPlan, plan_groups
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit import planned
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.open_questions import OpenQuestion, OpenQuestions
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunUnit

MOST = 2_000
"""Plans that are read at once; of more, the first are shown, and the others once these are answered for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsRequest:
    """Whose plans."""

    run: str | None = None
    """None takes those of every run."""
    readable: Reach = everything


@dataclass(frozen=True, slots=True, kw_only=True)
class RunApprovals:
    """The plans of one run that wait."""

    run: str
    actor: str
    """Who started the run."""
    reason: str
    groups: tuple[PlanGroup, ...]

    @property
    def plans(self) -> int:
        """How many plans wait."""
        return sum(len(group.plans) for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApprovals:
    """All that waits for an answer."""

    runs: tuple[RunApprovals, ...]
    more: bool
    """Whether others wait that they may see, and that were not read."""

    @property
    def plans(self) -> int:
        """How many plans wait."""
        return sum(run.plans for run in self.runs)


def open_approvals(session: FleetSession, request: ApprovalsRequest) -> OpenApprovals:
    """Find the plans that wait for an answer; of runs that go on, oldest run first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return approvals_of(session.ledger(), request)


def approvals_of(ledger: Ledger, request: ApprovalsRequest) -> OpenApprovals:
    """As `open_approvals`, of an open ledger."""
    # Of the few runs that go on, each with when it began.
    reaches: dict[str, Reach] = {}

    def seen(unit: UnitAddress, started: str) -> bool:
        if started not in reaches:
            reaches[started] = request.readable.at(started)
        return reaches[started](unit.of_cell)

    questions = OpenQuestions(ledger.database).each(request.run, seen)
    # What somebody may not see takes no place among the first, and is no reason to tell them of more.
    found = list(islice((item for item in questions if item.plan is not None), MOST + 1))
    by_run: dict[str, list[OpenQuestion]] = {}
    for item in found[:MOST]:
        by_run.setdefault(item.run, []).append(item)
    runs = tuple(
        RunApprovals(
            run=run,
            actor=items[0].run_actor,
            reason=items[0].run_reason,
            groups=plan_groups(map(_waiting, items)),
        )
        for run, items in by_run.items()
    )
    return OpenApprovals(runs=runs, more=len(found) > MOST)


def _waiting(item: OpenQuestion) -> WaitingPlan:
    part = RunUnit(item.unit, item.operation, item.wave)
    return WaitingPlan(
        run=item.run,
        unit=item.unit,
        operation=item.operation,
        plan_digest=item.plan_digest,
        asked_at=item.asked_at,
        summary=planned.from_json(part, item.plan).summary,
    )
