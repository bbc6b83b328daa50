"""Goes on with rollouts: the machine decides under the row lock; then runs are submitted and checks made.

Any process may do it, any number of them at once. What is decided is written down first, so that a process
that dies loses nothing: whoever looks next submits what was not submitted, under the same ids.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Self

from cellwright.app.rollouts.checking import Checking
from cellwright.app.rollouts.leaving import cell_names, gone_cells
from cellwright.app.rollouts.start import new_id
from cellwright.app.rollouts.submitting import submit_cell
from cellwright.app.rollouts.task import RolloutTask, from_json
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.rollouts.values import Change, NotBegunError, RolloutRecord
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from cellwright.rollout.machine import Decisions, Facts, RunFact, step
from cellwright.rollout.requests import paused
from cellwright.rollout.state import OPEN_STEP, Phase, RolloutState, StepKey, StepProgress

_CHECKS_AT_ONCE = 4
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of a rollout, and the event that says so."""

    change: Callable[[RolloutRecord, int], RolloutState]
    """From the record and the time in milliseconds to the state that they want."""
    actor: Actor
    action: str
    reason: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Driver:
    """Goes on with the rollouts of a fleet while it is entered."""

    session: FleetSession
    host: RunHost
    opener: SessionAt | None = None
    """Opens the fleet at a rollout's commit; None: from the repository of the session's folder."""
    makes_checks: bool = True
    """False leaves checks to others: whoever asks something of a rollout does not wait for them."""
    _open: dict[str, FleetSession] = field(init=False, default_factory=dict)
    _stack: ExitStack = field(init=False, default_factory=ExitStack)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _checks: ThreadPoolExecutor = field(
        init=False, default_factory=lambda: ThreadPoolExecutor(_CHECKS_AT_ONCE, "rollout-check")
    )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make no further check; one that is being made is finished."""
        self._checks.shutdown(wait=True, cancel_futures=True)
        self._stack.close()

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
        if faults:
            raise faults[0]

    def go_on(
        self,
        rollout: str,
        asked: Asked | None = None,
        results: Mapping[StepKey, StepProgress] | None = None,
    ) -> RolloutRecord:
        """Go on with one rollout, after what a person asks of it, or with the results of checks.

        Raises:
            DiagnosticError: there is none, it can't do what is asked, or the ledger can't be reached.
        """
        failed: dict[str, RunFact] = {}
        while True:
            made: list[Decisions] = []
            decide = partial(
                self._decide,
                names=cell_names(self.session),
                asked=asked,
                results=results or {},
                failed=failed,
                made=made,
            )
            _, record = self._ledger().rollouts.change(rollout, decide)
            asked, results = None, None
            failed = self._perform(record, made[0])
            if not failed:
                return record

    def _decide(  # noqa: PLR0913  what one transaction knows
        self,
        record: RolloutRecord,
        runs: Mapping[str, RunFact],
        now: int,
        *,
        names: Mapping[str, set[str]],
        asked: Asked | None,
        results: Mapping[StepKey, StepProgress],
        failed: Mapping[str, RunFact],
        made: list[Decisions],
    ) -> Change:
        state = asked.change(record, now) if asked is not None else record.state
        gone = gone_cells(names, record.plan, state) if state.status.is_active else frozenset()
        known = {run: replace(fact, ended=now) for run, fact in failed.items()}
        facts = Facts({**known, **runs}, gone, results)
        decided = step(record.plan, state, facts, now, lambda: new_id("", self.session.now()))
        made.append(decided)
        events = [*_asked_events(record, asked), *_events(record, state, decided.state)]
        return Change(state=decided.state, look_at=decided.look_at, events=tuple(events))

    def _perform(self, record: RolloutRecord, decided: Decisions) -> dict[str, RunFact]:
        """Do what was decided; gives the runs that could not begin."""
        task = from_json(record.task)
        for place in decided.stop:
            run = record.state.cells[place].run
            self._ledger().cancels.request(run, task.actor, f"deadline of rollout {record.id}")
        for key in decided.checks if self.makes_checks else ():
            self._check_if_free(record, key)
        if not decided.begin:
            return {}
        try:
            frozen = self._at(record.summary.commit)
        except DiagnosticError as fault:
            self._pause(record, task, f"commit {record.summary.commit} can't be used: {_told(fault)}")
            return {}
        failed: dict[str, RunFact] = {}
        for place in decided.begin:
            cell, run = record.plan.cells[place].address, record.state.cells[place].run
            try:
                submit_cell(frozen, record.id, cell, run, task, self.host)
            except NotBegunError:
                continue
            except DiagnosticError as fault:
                failed[run] = RunFact(Phase.FAILED, why=_told(fault))
        return failed

    def _pause(self, record: RolloutRecord, task: RolloutTask, why: str) -> None:
        def change(found: RolloutRecord, now: int) -> RolloutState:
            return paused(found.state, now, why)

        asked = Asked(change, task.actor, "rollout.paused", "", {"why": why})
        with suppress(DiagnosticError):  # somebody was faster
            self.go_on(record.id, asked)

    def _check_if_free(self, record: RolloutRecord, key: StepKey) -> None:
        stage = record.plan.stages[key.stage]
        attempt = record.state.steps.get(key, OPEN_STEP).attempt
        checking = Checking(record, key, attempt)
        if self._ledger().rollouts.claim_check(record.id, key, attempt, checking.longest(len(stage.cells))):
            with suppress(RuntimeError):  # closing: the claim runs out by itself
                self._checks.submit(self._check, checking)

    def _check(self, checking: Checking) -> None:
        result = checking.make(lambda: self._at(checking.record.summary.commit))
        # Without a ledger the claim runs out, and the check is made again.
        with suppress(DiagnosticError):
            self.go_on(checking.record.id, results={checking.key: result})

    def _at(self, commit: str) -> FleetSession:
        """Give the fleet at a commit; it stays open."""
        with self._guard:
            if commit not in self._open:
                opener = self.opener or own_opener(self.session)
                self._open[commit] = self._stack.enter_context(opener(commit))
            return self._open[commit]

    def _ledger(self) -> Ledger:
        return self.session.ledger(writing=True)


def _asked_events(record: RolloutRecord, asked: Asked | None) -> list[EventDraft]:
    if asked is None:
        return []
    return [EventDraft(asked.actor, asked.action, record.id, asked.reason, asked.detail)]


def _events(record: RolloutRecord, before: RolloutState, after: RolloutState) -> list[EventDraft]:
    """Tell of what the machine has done by itself, in the name of whoever started the rollout."""
    actor = from_json(record.task).actor
    drafts: list[EventDraft] = []
    if after.stage != before.stage:
        ended = [stage.name for stage in record.plan.stages[before.stage : after.stage]]
        drafts.append(EventDraft(actor, "rollout.waves_ended", record.id, "", {"waves": ended}))
    if after.status is not before.status:
        detail: dict[str, Json] = {"why": after.why, "from": before.status.value}
        drafts.append(EventDraft(actor, f"rollout.{after.status.value}", record.id, "", detail))
    return drafts


def _told(fault: DiagnosticError) -> str:
    first = fault.diagnostics[0]
    return first.summary if len(fault.diagnostics) == 1 else f"{first.summary}, and more"
