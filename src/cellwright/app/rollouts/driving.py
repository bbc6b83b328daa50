"""Goes on with rollouts: a step is decided under the row lock; then runs are submitted and checks made.

Any process may do it, any number of them at once. What is decided is written down first, so that a process
that dies loses nothing: whoever looks next submits what was not submitted, under the same ids.
"""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from cellwright.app.rollouts.checking import Checking
from cellwright.app.rollouts.circumstances import Surroundings
from cellwright.app.rollouts.deciding import NO_NEWS, Asked, News, decide
from cellwright.app.rollouts.submitting import submit_cells
from cellwright.app.rollouts.suspended import Suspended, SuspendedCells
from cellwright.app.rollouts.task import RolloutTask, from_json
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.repository.kept_commits import KeptCommits
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.diagnostic import DiagnosticError
from cellwright.rollout.machine import Decisions, RunFact
from cellwright.rollout.requests import paused
from cellwright.rollout.state import OPEN_STEP, Phase, RolloutState, StepKey

_CHECKS_AT_ONCE = 4
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Driver:
    """Goes on with the rollouts of a fleet while it is entered."""

    session: FleetSession
    host: RunHost
    opener: SessionAt | None = None
    """Opens the fleet at a rollout's commit; None: from the repository of the session's folder."""
    suspended: Suspended = field(default_factory=SuspendedCells)
    _frozen: KeptCommits = field(init=False)
    _surroundings: Surroundings = field(init=False)
    _looking: threading.Lock = field(init=False, default_factory=threading.Lock)
    _checks: ThreadPoolExecutor = field(
        init=False, default_factory=lambda: ThreadPoolExecutor(_CHECKS_AT_ONCE, "rollout-check")
    )

    def __post_init__(self) -> None:
        """Prepare; nothing is opened."""
        self._frozen = KeptCommits(self.opener or own_opener(self.session))
        self._surroundings = Surroundings(self.session, self.suspended)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make no further check; one that is being made is finished."""
        self._checks.shutdown(wait=True, cancel_futures=True)
        self._frozen.close()

    def tick(self) -> None:
        """Go on with every rollout that may; what is wrong with one does not stop the others.

        Raises:
            DiagnosticError: the ledger can't be reached, or its record of a rollout can't be read.
        """
        faults: list[DiagnosticError] = []
        for rollout in self._ledger().rollouts.due():
            try:
                self.go_on(rollout)
            except DiagnosticError as fault:
                faults.append(fault)
            except Exception:  # noqa: BLE001  a fault of ours in one rollout does not stop the others
                _LOG.exception("rollout %s", rollout)
        self._frozen.close_idle()
        if faults:
            raise faults[0]

    def go_on(self, rollout: str, news: News = NO_NEWS) -> RolloutRecord:
        """Go on with one rollout, after what has happened.

        Raises:
            DiagnosticError: there is none, it can't do what is asked, or the ledger can't be reached.
        """
        while True:
            with self._looking:
                fleet = self._surroundings.now()
            record, decided = decide(self.session, rollout, fleet, news)
            failed = self._perform(record, decided)
            if not failed:
                return record
            news = News(not_begun=failed)

    def _perform(self, record: RolloutRecord, decided: Decisions) -> Mapping[str, RunFact]:
        """Do what was decided; gives the runs that could not begin."""
        task = from_json(record.task)
        for place in decided.stop:
            run = record.state.cells[place].run
            self._ledger().cancels.request(run, task.actor, f"deadline of rollout {record.id}")
        for key in decided.checks:
            self._check_if_free(record, key)
        # Others drive it as well: what one of them has submitted meanwhile is not prepared again.
        places = [place for place in decided.begin if not self._is_submitted(record.state.cells[place].run)]
        if not places:
            return {}
        with ExitStack() as stack:
            try:
                frozen = stack.enter_context(self._frozen.at(record.summary.commit))
            except DiagnosticError as fault:
                self._pause(record, task, f"commit {record.summary.commit} can't be used: {_told(fault)}")
                return {}
            failed = submit_cells(frozen, record, places, task, self.host)
        return {run: RunFact(Phase.FAILED, why=_told(fault)) for run, fault in failed.items()}

    def _is_submitted(self, run: str) -> bool:
        return self._ledger().reader.summary(run) is not None

    def _pause(self, record: RolloutRecord, task: RolloutTask, why: str) -> None:
        def change(found: RolloutRecord, now: int) -> RolloutState:
            return paused(found.state, now, why)

        asked = Asked(change, task.actor, "rollout.paused", "", {"why": why})
        with suppress(DiagnosticError):  # somebody was faster
            self.go_on(record.id, News(asked=asked))

    def _check_if_free(self, record: RolloutRecord, key: StepKey) -> None:
        stage = record.plan.stages[key.stage]
        attempt = record.state.steps.get(key, OPEN_STEP).attempt
        checking = Checking(record, key, attempt)
        if self._ledger().rollouts.claim_check(record.id, key, attempt, checking.longest(len(stage.cells))):
            with suppress(RuntimeError):  # closing: the claim runs out by itself
                self._checks.submit(self._check, checking)

    def _check(self, checking: Checking) -> None:
        result = checking.make(lambda: self._frozen.at(checking.record.summary.commit))
        # Without a ledger the claim runs out, and the check is made again.
        with suppress(DiagnosticError):
            self.go_on(checking.record.id, News(checked={checking.key: result}))

    def _ledger(self) -> Ledger:
        return self.session.ledger(writing=True)


def _told(fault: DiagnosticError) -> str:
    first = fault.diagnostics[0]
    return first.summary if len(fault.diagnostics) == 1 else f"{first.summary}, and more"
