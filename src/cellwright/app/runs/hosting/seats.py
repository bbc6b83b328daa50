"""What this process needs to work on units of a run: opened for the first unit, kept while more may come."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from cellwright.app.runs.moving.performing import with_moves
from cellwright.app.runs.queued_task import QueuedTask, from_json
from cellwright.app.runs.recorded import recording
from cellwright.app.runs.run_context import context_of
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.approval import Approver, Interrupts, LeftToOthers, Preapproved
from cellwright.engine.dispatch.queued import QueuedUnits
from cellwright.engine.execution import Workplace, workplace
from cellwright.engine.plan_handling import PlanHandling
from cellwright.ledger.queue.claims import Claim
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import Listener, RunFinished, RunStarted
from cellwright.model.runs.run import Run, RunStatus
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from cellwright.planning.scope import scope_of_units

LINGER = 10.0
"""Seconds that a seat is kept of whose run nothing is at work here."""


@dataclass(slots=True)
class Seat:
    """A run as this process works on it."""

    run: Run
    task: QueuedTask
    place: Workplace
    units: QueuedUnits
    closing: ExitStack
    at_work: int = 0
    used: float = 0.0
    _told: int = 0

    def look_for_interrupt(self) -> None:
        """Pass on to Terraform what somebody has asked for: that the run stop, or that it be killed."""
        level = self.place.watch.requested()
        if level > self._told:
            self._told = level
            self.place.step.interrupt(level)

    def finished(self, status: RunStatus, at: str, *, refused: bool) -> None:
        """Tell whoever listens that the run is over."""
        over = replace(self.run, status=status, finished=at)
        self.place.reporter.report(RunFinished(over, refused))


@dataclass(slots=True)
class Seats:
    """The seats of one process."""

    session: FleetSession
    listener: Callable[[str], Listener]
    interrupts: Interrupts
    ttl: float
    opener: SessionAt | None = None
    """Opens the fleet at a run's commit; None: as its folder has it."""
    frozen: SessionAt | None = None
    """Opens it for runs of rollouts, which have a commit of their own in any case; None: `opener`, or from
    the repository of the session's folder."""
    _seats: dict[tuple[str, int], Seat] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _opening: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def of(self, claim: Claim) -> Iterator[Seat]:
        """Give the seat of a claim's run while the block lasts.

        Raises:
            DiagnosticError: the fleet can't be loaded, or what the run needs is not there.
        """
        seat = self._taken(claim)
        try:
            yield seat
        finally:
            with self._guard:
                seat.at_work -= 1
                seat.used = time.monotonic()

    def look(self) -> None:
        """Pass interrupts on, and close seats that nobody has used for a while."""
        self._close(time.monotonic() - LINGER)
        for seat in self._all():
            seat.look_for_interrupt()

    def close(self) -> None:
        """Close them all; nobody is at work any more."""
        self._close(float("inf"))

    def _taken(self, claim: Claim) -> Seat:
        """Give the seat, opened if need be; whoever has another run's does not wait for that."""
        key = (claim.run, claim.turn)
        if (known := self._known(key)) is not None:
            return known
        with self._opening:
            if (known := self._known(key)) is not None:
                return known
            seat = self._open(claim)
            with self._guard:
                self._seats[key] = seat
                seat.at_work += 1
            return seat

    def _known(self, key: tuple[str, int]) -> Seat | None:
        with self._guard:
            seat = self._seats.get(key)
            if seat is not None:
                seat.at_work += 1
            return seat

    def _all(self) -> list[Seat]:
        with self._guard:
            return list(self._seats.values())

    def _close(self, before: float) -> None:
        with self._guard:
            idle = [key for key, seat in self._seats.items() if not seat.at_work and seat.used < before]
            closing = [self._seats.pop(key) for key in idle]
        for seat in closing:
            seat.closing.close()

    def _open(self, claim: Claim) -> Seat:
        # Imported when there is something to run: it brings the evaluator of policies.
        from cellwright.rego.evaluator import RegoProcess  # noqa: PLC0415

        task = from_json(claim.task)
        run = self.session.ledger(writing=True).reader.run(claim.run)
        if run is None:
            raise DiagnosticError(error(f"there is no run '{claim.run}' any more", "it was pruned"))
        with ExitStack() as stack:
            run, fleet = self._at_commit(run, task, stack)
            rego = stack.enter_context(RegoProcess(environment=fleet.session.environment))
            progress = stack.enter_context(recording(fleet, run.id, self.listener(run.id)))
            talk = Conversation(progress, _approver(task), self.interrupts)
            doing = stack.enter_context(with_moves(fleet, task.actor, _task_of(run, task, claim.turn), talk))
            context = replace(context_of(fleet, task.actor, doing, talk, rego), ttl=self.ttl)
            place = workplace(run, context, doing.plans or PlanHandling())
            stack.enter_context(place.keeper)
            place.reporter.report(RunStarted(run))
            units = _units(fleet, run, place, place_of(self.session), preapproved=context.preapproved)
            return Seat(run, task, place, units, stack.pop_all())

    def _at_commit(self, run: Run, task: QueuedTask, stack: ExitStack) -> tuple[Run, OpenFleet]:
        """Open the fleet for a run, which then names the commit that is really carried out."""
        commit = task.commit or run.commit
        opener = self.opener
        if task.rollout:
            opener = self.frozen or opener or own_opener(self.session)
        if opener is None or commit is None:
            with self.session.source.reading():
                self.session.refresh()
                repository = self.session.repository()
                there = repository.head() if repository is not None else None
                return replace(run, commit=there), self.session.open(writing=True)
        # Never in the session's own files, though they may be at that commit: they move on with each push.
        run = replace(run, commit=commit)
        # A rollout has thousands of runs, each of one cell: no more of the fleet is read for them.
        scope = scope_of_units(part.address for part in run.units) if task.rollout else None
        return run, stack.enter_context(opener(commit)).open(writing=True, scope=scope)


def _task_of(run: Run, task: QueuedTask, turn: int) -> RunTask:
    return RunTask(
        run=run,
        choice=Choice(run.units, Graph({})),
        parallel=task.parallel,
        plans=PlanHandling(thorough=task.thorough, looks=task.looks, options=task.options),
        acceptance=task.acceptance,
        turn=turn,
        move_states=task.move_states,
        rollout=task.rollout,
    )


def _units(
    fleet: OpenFleet,
    run: Run,
    place: Workplace,
    machine: str,
    *,
    preapproved: bool,
) -> QueuedUnits:
    place.step.yields = True
    return QueuedUnits(
        parts={part.address: part for part in run.units},
        step=place.step,
        keeper=place.keeper,
        queue=fleet.ledger.queue,
        answers=place.answers,
        record=lambda address: fleet.ledger.reader.run_unit(run.id, address),
        interrupts=place.watch,
        why_stopped=place.watch.reasons,
        place=machine,
        preapproved=preapproved,
    )


def place_of(session: FleetSession) -> str:
    """Name the folder of this machine in which plans lie that wait."""
    return f"{os.uname().nodename}:{session.home.folder}"


def _approver(task: QueuedTask) -> Approver:
    return Preapproved(task.approved_how) if task.approved_how else LeftToOthers()
