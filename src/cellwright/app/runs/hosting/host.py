"""A process that takes units from the queue and carries them out: a server's threads, or a worker."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Self

from cellwright.app.runs.hosting.hints import Hints
from cellwright.app.runs.hosting.left_states import LeftStates
from cellwright.app.runs.hosting.looking_after import LookingAfter
from cellwright.app.runs.hosting.seats import Seat, Seats, place_of
from cellwright.app.runs.queued_task import from_json
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.repository.kept_commits import KeptCommits
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Interrupts, Uninterrupted
from cellwright.engine.dispatch.capacity import suggested_parallel
from cellwright.engine.dispatch.dispatcher import Dispatcher, ThreadDispatcher
from cellwright.engine.lease.keeper import TTL, is_dead, this_process
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.claims import NO_LIMITS, Claim, ClaimRequest, Limits
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.run_state import TransitionError
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.progress import Listener, SilentReporter
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.model.value import Json

SERVER, WORKER = "server", "worker"
_LOG = logging.getLogger(__name__)
_LIMITS_KEPT = 10.0
"""Seconds until fleet.yaml is asked again for its limits."""


def silent(_run: str) -> Listener:
    """Tell nobody."""
    return SilentReporter()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """What a host takes, and how much of it at once."""

    kind: str = SERVER
    parallel: int | None = None
    """Units at once; None leaves it to the fleet's settings, then to the machine."""
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Take only units that have one of these values for each label."""
    limits: Limits | None = None
    """None takes those of fleet.yaml."""
    looks_only: bool = False
    """Take only looks for drift: nothing is ever applied here."""
    ttl: float = TTL
    """Seconds after which somebody else takes over what this process has claimed, if it is not heard of."""


@dataclass(slots=True)
class QueueHost:
    """Takes units from the queue while it is entered; what others have left behind, too.

    Nothing is lost when it is killed: what it had begun is adopted or planned again by whoever claims it
    next, and plans that wait for an answer go on waiting.

    One hand more than `parallel` takes units only of runs of which nothing is at work, so that a small run
    begins at once beside a large one.
    """

    session: FleetSession
    settings: HostSettings = field(default_factory=HostSettings)
    dispatcher: Dispatcher = field(default_factory=ThreadDispatcher)
    listener: Callable[[str], Listener] = silent
    """Who is told of a run's progress."""
    interrupts: Interrupts = field(default_factory=Uninterrupted)
    opener: SessionAt | None = None
    """Opens the fleet at a run's commit; None: as its folder has it."""
    id: str = field(init=False)
    commits: KeptCommits = field(init=False)
    """The fleet at the commits of runs, for whoever else in this process needs it."""
    _parallel: int = field(init=False, default=1)
    _busy: int = field(init=False, default=0)
    _hints: Hints = field(init=False, default_factory=Hints)
    _of_fleet: Limits = field(init=False, default=NO_LIMITS)
    _next_limits: float = field(init=False, default=0.0)
    _draining: threading.Event = field(init=False, default_factory=threading.Event)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _seats: Seats = field(init=False)
    _looking: LookingAfter = field(init=False)

    def __post_init__(self) -> None:
        """Prepare; nothing is begun."""
        process = this_process("")
        self.id = f"{process.host}-{process.process_id}-{secrets.token_hex(2)}"
        self.commits = KeptCommits(self.opener or own_opener(self.session))
        self._seats = Seats(
            self.session,
            self.listener,
            self.interrupts,
            self.settings.ttl,
            self.commits.at if self.opener is not None else None,
            self.commits.at,
        )
        self._looking = LookingAfter(
            ledger=self._ledger,
            worker=self._registration,
            wake=self.dispatcher.wake,
            each_second=self._look,
            drain=self.drain,
            tidy=self.dispatcher.tidy,
            each_beat=LeftStates(self.session).share,
            ttl=self.settings.ttl,
        )

    def __enter__(self) -> Self:
        # A host begins whatever findings the fleet has: each run says by itself what stops it.
        self._parallel = self.settings.parallel or self.session.terraform().parallel or suggested_parallel()
        self._looking.begin()
        self.dispatcher.start(self._take, self._parallel + 1)
        return self

    def __exit__(self, *_: object) -> None:
        """End what was taken, and take nothing more."""
        self.drain()
        self.dispatcher.stop()
        self._looking.end()
        self._seats.close()
        self.commits.close()

    def wake(self, run_id: str) -> None:
        """Tell that a run may have units to begin."""
        self.dispatcher.wake(run_id)

    def drain(self) -> None:
        """Take nothing more; what was taken goes on."""
        self._draining.set()

    @property
    def is_drained(self) -> bool:
        """Tell whether it was asked to drain, and has nothing left at work."""
        return self._draining.is_set() and not self._busy

    @property
    def has_nothing(self) -> bool:
        """Tell whether nothing is at work here, and no unit may begin.

        Raises:
            DiagnosticError: the ledger can't be reached.
        """
        queue, looks = self._ledger().queue, self.settings.looks_only
        # What a unit has freed at its end is seen by the second look.
        ready = queue.may_begin(looks_only=looks)
        return not ready and not self._busy and not queue.may_begin(looks_only=looks)

    def _look(self) -> None:
        self._seats.look()
        self.commits.close_idle()

    def _ledger(self) -> Ledger:
        return self.session.ledger(writing=True)

    def _registration(self) -> Worker:
        return Worker(
            id=self.id,
            kind=self.settings.kind,
            process=this_process(""),
            labels=self.settings.labels,
            parallel=self._parallel,
        )

    def _take(self) -> bool:
        """Claim a unit and carry it out; tells whether there was one."""
        with self._guard:
            spare = self._busy >= self._parallel
            self._busy += 1
        try:
            claim = self._claim(only_idle_runs=spare)
            if claim is not None:
                self._carry_out(claim)
        except DiagnosticError:
            return False  # the ledger is out of reach: the claim, if there is one, runs out by itself
        except Exception:  # noqa: BLE001  a fault of ours must not end the hand
            _LOG.exception("a unit of the queue")
            return False
        else:
            return claim is not None
        finally:
            with self._guard:
                self._busy -= 1

    def _limits(self) -> Limits:
        """Give the fleet's limits; a change of fleet.yaml counts within seconds."""
        if self.settings.limits is not None:
            return self.settings.limits
        if time.monotonic() >= self._next_limits:
            found = self.session.terraform().limits
            looks = self._looks_per_hour()
            self._of_fleet = Limits(
                fleet=found.fleet, account=found.account, run=found.run, looks_per_hour=looks
            )
            self._next_limits = time.monotonic() + _LIMITS_KEPT
        return self._of_fleet

    def _looks_per_hour(self) -> int | None:
        """Give the budget of looks for drift; while fleet.yaml has a fault there, none begins."""
        try:
            return self.session.drift().units_per_hour
        except DiagnosticError:
            return 0

    def _claim(self, *, only_idle_runs: bool) -> Claim | None:
        queue = self._ledger().queue
        looks = self.settings.looks_only
        if self._draining.is_set() or not queue.may_begin(looks_only=looks):
            self._hints.nothing_found()
            return None
        claim = queue.claim(
            ClaimRequest(
                worker=self.id,
                holder=this_process,
                ttl=self.settings.ttl,
                limits=self._limits(),
                labels=self.settings.labels,
                place=place_of(self.session),
                idle_runs=only_idle_runs,
                looks_only=looks,
                is_dead=is_dead,
            )
        )
        if claim is None:
            self._hints.nothing_found()
        elif self._hints.due() and queue.may_begin():
            self.dispatcher.wake(claim.run)  # more hands, before this one is busy
        return claim

    def _carry_out(self, claim: Claim) -> None:
        if claim.is_hopeless:
            self._fail(claim, (_hopeless(claim),))
            return
        with ExitStack() as stack:
            try:
                seat = stack.enter_context(self._seats.of(claim))
            except DiagnosticError as fault:
                self._fail(claim, fault.diagnostics)
                return
            except Exception as fault:  # noqa: BLE001  as below
                self._fail(claim, _unexpected(claim, fault))
                return
            try:
                seat.units.carry_out(claim)
            except DiagnosticError:
                # The ledger failed; its own record says how far the unit has come.
                self._ledger().leases.release(claim.lease)
                raise
            except Exception as fault:  # noqa: BLE001  a fault of ours ends this unit, not the process
                self._fail(claim, _unexpected(claim, fault))
                return
            self._advance(claim, seat)

    def _advance(self, claim: Claim, seat: Seat) -> None:
        advanced = self._ledger().queue.advance(claim.run, seat.task.actor, [claim.unit])
        if advanced.status is not None:
            at = self.session.now().isoformat(timespec="microseconds")
            seat.finished(advanced.status, at, refused=advanced.refused)

    def _fail(self, claim: Claim, why: tuple[Diagnostic, ...]) -> None:
        """Record that a unit can't be worked on: the fleet can't be loaded, or what it needs is not there.

        Without its lease, or with no ledger, nothing is recorded; then the unit is taken again later. If it
        has its outcome, that stays: what went wrong came after it.
        """
        ledger, fencing = self._ledger(), claim.lease.fencing
        result = UnitResult(claim.unit, Outcome.FAILED, diagnostics=why)
        detail: dict[str, Json] = {"run": claim.run, "summary": why[0].summary}
        actor = from_json(claim.task).actor
        event = EventDraft(actor, "unit.failed", str(claim.unit), "", detail)
        try:
            with suppress(TransitionError):
                ledger.recorder.record_result(
                    claim.run, result, event=event, fencing=fencing, turn=claim.turn
                )
        finally:
            ledger.leases.release(claim.lease)
        ledger.queue.advance(claim.run, actor, [claim.unit])


def _hopeless(claim: Claim) -> Diagnostic:
    return error(
        f"{claim.unit} was not tried again: {claim.claims - 1} workers in a row were lost at it",
        "look whether they had too little memory, or were restarted; cellwright resume tries anew",
    )


def _unexpected(claim: Claim, fault: Exception) -> tuple[Diagnostic]:
    """Say that a unit met a fault of ours; all of it is for the log alone."""
    _LOG.error("unit %s of run %s", claim.unit, claim.run, exc_info=fault)
    return (
        error(
            f"{claim.unit} could not be carried out: {type(fault).__name__}",
            "this is a fault of Cellwright; its log has more: please report it",
        ),
    )
