"""Follow a run until it is over, or until all that is left of it waits for somebody's answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cellwright.app.clients.life import finish_provisioning
from cellwright.app.clients.onboarding.refused import take_back_refused
from cellwright.app.history.runs import no_run
from cellwright.app.runs.hosting.host import WORKER, HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.recording.telling import ProgressTeller
from cellwright.app.runs.steering.approve import WaitingPlan, waiting_plans
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.progress import ProgressEvent
from cellwright.model.runs.run import RunStatus, RunUnit, UnitResult

_PAUSE = 0.5
"""Seconds between two looks."""
_SETTLED = 3
"""Looks in a row that have to find the same plans waiting and nothing at work."""
_MOST = 1_000
_AT_WORK = frozenset({UnitState.PLANNING.value, UnitState.APPLYING.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRequest:
    """Which run is followed."""

    run: str
    carry_out: bool = True
    """Also take units of the queue, as a worker does, for as long as it is followed; a server ignores it."""
    parallel: int | None = None
    lease: float = 60.0
    """Seconds after which others take over what this process has, if it is not heard of."""
    after: int = 0
    """The number of the last piece of progress that was told already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How far a run is."""

    run: RunSummary
    results: tuple[UnitResult, ...] = ()
    """How the units ended that are over."""
    waiting: tuple[WaitingPlan, ...] = ()
    """The plans that wait for an answer; nothing else of the run can go on before."""
    progress: int = 0
    """The number of the last piece of progress that was told."""
    interrupted: bool = False
    """It was left before its end; it goes on by itself where others carry it out."""


class RunSource(Protocol):
    """Tells of one run: of the ledger, or of a server."""

    def summary(self) -> RunSummary:
        """Give the run in short."""

    def progress(self, after: int) -> Sequence[tuple[int, ProgressEvent]]:
        """Give what was reported since, each with its number."""

    def waiting(self) -> tuple[WaitingPlan, ...]:
        """Give the plans that wait for an answer."""

    def units(self) -> tuple[RunUnit, ...]:
        """Give the units in the run's order."""

    def results(self) -> tuple[UnitResult, ...]:
        """Give how the units ended that are over."""


def watch(session: FleetSession, actor: Actor, request: WatchRequest, talk: Conversation) -> Watched:
    """Follow a run that the ledger has, and carry it out meanwhile.

    Any number of processes may do so, one after the other or at once: what one that was killed had begun is
    taken over by the next. The first interrupt ends what this process has begun, and leaves the rest.

    Raises:
        DiagnosticError: there is no such run, or the ledger can't be used.
    """
    source = _OfLedger(session, request.run)
    if source.summary().status is not RunStatus.RUNNING or not request.carry_out:
        found = follow_source(source, talk, request.after)
    else:
        settings = HostSettings(kind=WORKER, parallel=request.parallel, ttl=request.lease)
        with make_host(session, settings) as host:
            host.wake(request.run)
            found = follow_source(source, talk, request.after)
    finish_provisioning(session.ledger(writing=True), actor, of_run=request.run)
    take_back_refused(session, lambda: session, actor, of_run=request.run)
    return found


def follow_source(source: RunSource, talk: Conversation, after: int = 0) -> Watched:
    """Report a run's progress until it is over, waits, or is left by an interrupt."""
    return _Follower(source, talk, ProgressTeller(talk.reporter, source.units(), after)).follow()


@dataclass(slots=True)
class _Follower:
    source: RunSource
    talk: Conversation
    teller: ProgressTeller
    _settled: int = 0
    """How often in a row the same plans waited, with nothing at work."""
    _waited: frozenset[str] = frozenset()
    """The digests of those that waited when it was last looked."""

    def follow(self) -> Watched:
        while True:
            summary = self.source.summary()  # read first: once the run is over, its progress is complete
            if (found := self._look(summary)) is not None:
                return found
            time.sleep(_PAUSE)

    def _look(self, summary: RunSummary) -> Watched | None:
        news = self.teller.tell(self.source.progress(self.teller.seen))
        if summary.status is not RunStatus.RUNNING:
            over = self.teller.is_complete(news=news) or not self.teller.units
            return self._found(summary) if over else None
        if self.talk.interrupted():
            return self._found(summary, interrupted=True)
        waiting = () if news else self.source.waiting()
        return self._found(summary, waiting) if self._is_settled(summary, waiting) else None

    def _found(
        self, summary: RunSummary, waiting: tuple[WaitingPlan, ...] = (), *, interrupted: bool = False
    ) -> Watched:
        return Watched(
            run=summary,
            results=self.source.results(),
            waiting=waiting,
            progress=self.teller.seen,
            interrupted=interrupted,
        )

    def _is_settled(self, summary: RunSummary, waiting: Sequence[WaitingPlan]) -> bool:
        """Tell whether all waits that will wait for now: between two units nothing is at work, either."""
        now = frozenset(item.plan_digest for item in waiting)
        same = bool(now) and now == self._waited and _AT_WORK.isdisjoint(summary.counts)
        self._settled = self._settled + 1 if same else 0
        self._waited = now
        return self._settled >= _SETTLED


@dataclass(frozen=True, slots=True)
class _OfLedger:
    session: FleetSession
    run: str

    def summary(self) -> RunSummary:
        found = self.session.ledger().reader.summary(self.run)
        if found is None:
            raise no_run(self.run)
        return found

    def progress(self, after: int) -> Sequence[tuple[int, ProgressEvent]]:
        pieces = self.session.ledger().progress.after(self.run, after, _MOST)
        return [(item.id, item.event()) for item in pieces]

    def waiting(self) -> tuple[WaitingPlan, ...]:
        try:
            return waiting_plans(self.session, self.run)
        except DiagnosticError:
            return ()

    def units(self) -> tuple[RunUnit, ...]:
        return tuple(RunUnit(item.address, item.operation, item.wave) for item in self._records())

    def results(self) -> tuple[UnitResult, ...]:
        return tuple(
            UnitResult(item.address, item.outcome, item.seconds, item.resources, item.diagnostics)
            for item in self._records()
            if item.outcome is not None
        )

    def _records(self) -> list[RunUnitRecord]:
        found = self.session.ledger().reader.run_units(self.run).values()
        return sorted(found, key=lambda unit: (unit.wave, unit.address))
