"""Carries out the runs of the queue with threads of this process."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.queued_task import QueuedTask, from_json
from cellwright.app.runs.running import RunTask, perform
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Approver, Interrupts, LeftToOthers, Preapproved, Uninterrupted
from cellwright.engine.execution import PlanHandling
from cellwright.ledger.run_state import UnitState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.progress import Listener, SilentReporter

_RUNS_AT_ONCE = 8


def _silent(_run: str) -> Listener:
    return SilentReporter()


@dataclass(slots=True)
class EmbeddedHost:
    """Takes up every run of the queue when it starts, and each one that it is woken for.

    A server that was killed loses nothing: what its runs had begun is adopted or planned again, and plans
    that wait for an answer go on waiting.
    """

    session: FleetSession
    listener: Callable[[str], Listener] = _silent
    """Who is told of a run's progress."""
    interrupts: Interrupts = field(default_factory=Uninterrupted)
    _pool: ThreadPoolExecutor = field(init=False)
    _at_work: set[str] = field(init=False, default_factory=set)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Make the threads' pool; none runs yet."""
        self._pool = ThreadPoolExecutor(_RUNS_AT_ONCE, thread_name_prefix="run")

    def __enter__(self) -> Self:
        for run in self.session.ledger(writing=True).reader.queued_runs():
            self.wake(run)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def wake(self, run_id: str) -> None:
        """Carry a run out on a thread of its own, unless one does."""
        with self._guard:
            if run_id not in self._at_work:
                self._at_work.add(run_id)
                self._pool.submit(self._carry_out, run_id)

    def _carry_out(self, run_id: str) -> None:
        try:
            # What is wrong with the fleet is shown by every page; the run stays in the queue.
            with suppress(DiagnosticError):
                self._perform(run_id)
        finally:
            with self._guard:
                self._at_work.discard(run_id)

    def _perform(self, run_id: str) -> None:
        fleet = self.session.open(writing=True)
        reader = fleet.ledger.reader
        run, text = reader.run(run_id), reader.queued_task(run_id)
        if run is None or text is None:
            return
        task = from_json(text)
        left = {
            address: record.operation
            for address, record in reader.run_units(run_id).items()
            if record.state is not UnitState.FINISHED
        }
        perform(
            fleet,
            task.actor,
            RunTask(
                run=run,
                choice=choice_of(fleet, left),
                parallel=task.parallel,
                plans=PlanHandling(thorough=task.thorough),
                acceptance=task.acceptance,
                move_states=task.move_states,
            ),
            Conversation(self.listener(run_id), _approver(task), self.interrupts),
        )


def _approver(task: QueuedTask) -> Approver:
    return Preapproved(task.approved_how) if task.approved_how else LeftToOthers()
