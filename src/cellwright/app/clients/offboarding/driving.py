"""Leads an offboarding on, phase by phase, as far as it goes now. Anybody may do it, at any time, twice.

Each phase first looks at what is there, does what is missing, and is left by one transaction that checks the
phase. So a process that dies anywhere is outlived: whoever looks next goes on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from cellwright.app.clients.offboarding.carrier import Carrier
from cellwright.app.clients.offboarding.exporting import export_data
from cellwright.app.clients.offboarding.judging import denials_of
from cellwright.app.clients.offboarding.keeping import keep_remains
from cellwright.app.clients.offboarding.leaving import Leaving, held_units, leave
from cellwright.app.clients.offboarding.planned import default_reason
from cellwright.app.clients.offboarding.state_copies import remove_state_copies
from cellwright.app.clients.offboarding.task import LeavingTask, from_json
from cellwright.app.clients.offboarding.verifying import NOTHING_KNOWN, look_for_remains
from cellwright.app.clients.starting import starting
from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.app.status.hold import hold_of
from cellwright.app.status.stopped import is_left
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.database.clock import iso, milliseconds
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.event import CLIENT_OFFBOARDING
from cellwright.model.runs.run import Operation, RunKind, RunStatus
from cellwright.model.value import Json
from cellwright.planning.state_acceptance import StateAcceptance

_SHOWN = 5


@dataclass(slots=True)
class Driver:
    """Goes on with one offboarding of an open fleet."""

    fleet: OpenFleet
    carrier: Carrier
    talk: Conversation
    record: Offboarding
    again: bool = False
    """A person has asked to go on: a destruction that failed is tried once more."""
    only: frozenset[Phase] = frozenset(Phase)
    """The phases that may be led on now: some take long."""

    @property
    def task(self) -> LeavingTask:
        """For whom it is carried out."""
        return from_json(self.record.task)

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        return self.fleet.ledger

    def go_on(self) -> Offboarding:
        """Go on until something has to be waited for, and tell how far it is.

        What keeps a phase from ending is noted in the record, and raised.

        Raises:
            DiagnosticError: a phase fails; going on again repeats it.
        """
        steps: Mapping[Phase, Callable[[], bool]] = {
            Phase.PLANNING: self._plan,
            Phase.HOLDING: self._hold,
            Phase.EXPORTING: self._export,
            Phase.DESTROYING: self._destroy,
            Phase.VERIFYING: self._verify,
            Phase.REMOVING: self._remove,
        }
        while (step := steps.get(self.record.phase)) is not None and self.record.phase in self.only:
            if self.talk.interrupted():
                break
            try:
                moved = step()
            except DiagnosticError as fault:
                self.ledger.offboardings.note(self.record.id, fault.diagnostics[0].summary)
                raise
            self.record = self.ledger.offboardings.find(self.record.id)
            if not moved:
                break
        return self.record

    def _plan(self) -> bool:
        """Plan and judge every destroy; the hold begins when all of them may be."""
        known = self._known(self.record.plan_run)
        if known is None or self._is_left(known):
            known = self._known(self._begin(RunKind.PLAN, self._standing()))
        if known is None or known.status is RunStatus.RUNNING:
            return False
        if known.status is not RunStatus.SUCCEEDED:
            return self._step(Phase.REFUSED, why=f"{self._why_refused(known.id)}: see run {known.id}")
        until = self.fleet.session.now() + timedelta(seconds=self.record.hold_seconds)
        return self._step(
            Phase.HOLDING, hold_until=milliseconds(until), detail={"until": iso(until), "run": known.id}
        )

    def _why_refused(self, run: str) -> str:
        rules = dict.fromkeys(item.rule for item in denials_of(self.fleet, run, self._standing()))
        return (
            f"its destruction is denied by {', '.join(rules)}"
            if rules
            else "its destruction can't be planned"
        )

    def _hold(self) -> bool:
        return hold_of(self.ledger, self.record, self.fleet.session) is Waits.NOTHING and self._step(
            Phase.EXPORTING
        )

    def _export(self) -> bool:
        """Export the data and keep the states, while nobody else works on the units."""
        with self._held():
            fresh = self.ledger.offboardings.find(self.record.id)
            if fresh.phase is not Phase.EXPORTING:
                return True  # somebody else has done it meanwhile
            if hold_of(self.ledger, fresh, self.fleet.session) is Waits.LEGAL_HOLD:
                return False
            record = fresh.export or export_data(self.fleet, fresh)
            keep_remains(self.fleet, fresh)
            detail = {} if record is None else {"sha256": record.sha256, "place": record.place}
            return self._step(Phase.DESTROYING, export=record, detail={"export": detail})

    def _destroy(self) -> bool:
        """Destroy what still stands, in reverse order."""
        known = self._known(self.record.run)
        if known is not None and known.status is RunStatus.RUNNING and not self._is_left(known):
            return False
        standing = self._standing()
        if not standing and known is not None:
            return self._step(Phase.VERIFYING)
        if known is not None and not self._is_left(known) and not self.again:
            if known.status is RunStatus.SUCCEEDED:
                raise _applied_again(standing)
            return False  # it failed or was cancelled: a person decides whether it is tried again
        self.again = False
        run = self._known(self._begin(RunKind.DESTROY, standing))
        return run is not None and run.status is RunStatus.SUCCEEDED

    def _verify(self) -> bool:
        if self.again and self._standing():
            return self._step(Phase.DESTROYING)
        with self._held():
            look_for_remains(self.fleet, self.record, self.talk, accepted=self.task.accept_state)
            copies = remove_state_copies(self.fleet, self.record, NOTHING_KNOWN)
        return self._step(Phase.REMOVING, detail=copies)

    def _remove(self) -> bool:
        task, record = self.task, self.record
        if self.again and self._standing():
            return self._step(Phase.DESTROYING)
        leaving = Leaving(task.actor, record.cell, record.run or record.id, record.reason, task.hooks)
        place = leave(self.fleet, leaving, self.talk)
        return self._step(Phase.DONE, archived_to=place)

    def _is_left(self, run: RunSummary) -> bool:
        """Tell whether a run has not ended, and nobody carries it out.

        One of a command that was killed counts if a person asks: a server leaves it to them.
        """
        if run.status is not RunStatus.RUNNING:
            return False
        killed = self.again and is_left(self.ledger, run, self.fleet.session.now())
        return killed or not self.carrier.goes_on(self.fleet, run)

    @property
    def reason(self) -> str:
        """Why the client goes."""
        return self.record.reason or default_reason(self.record.cell)

    def _known(self, run: str) -> RunSummary | None:
        return self.ledger.reader.summary(run) if run else None

    def _standing(self) -> list[UnitAddress]:
        return [unit for unit in self.ledger.reader.heads() if unit.of_cell == self.record.cell]

    def _begin(self, kind: RunKind, units: list[UnitAddress]) -> str:
        """Begin a run, unless somebody else has begun one meanwhile; gives its id.

        Whoever looks meanwhile, on another machine too, finds it in the record before it is carried out.
        """
        task, record = self.task, self.record
        with ExitStack() as alone:
            alone.enter_context(starting(self.ledger, record.cell))
            fresh = self.ledger.offboardings.find(record.id)
            if (fresh.plan_run, fresh.run, fresh.phase) != (record.plan_run, record.run, record.phase):
                return fresh.plan_run if kind is RunKind.PLAN else fresh.run
            choice = choice_of(self.fleet, dict.fromkeys(units, Operation.DESTROY))
            queued = QueuedTask(
                actor=task.actor,
                approved_how=task.approved_how if kind is RunKind.DESTROY else "",
                acceptance=StateAcceptance.of((part.address for part in choice.parts), task.accept_state),
            )

            def begun(run: str) -> None:
                self._begun(kind, run)
                alone.close()

            return self.carrier.carry(self.fleet, kind, choice, self.reason, queued, begun).id

    def _begun(self, kind: RunKind, run: str) -> None:
        task, record = self.task, self.record
        if kind is RunKind.PLAN:
            self.ledger.offboardings.set_runs(record.id, run, "")
            return
        self.ledger.offboardings.set_runs(record.id, record.plan_run, run)
        detail: dict[str, Json] = {"run": run, "offboarding": record.id}
        self.ledger.recorder.append_event(
            task.actor, CLIENT_OFFBOARDING, str(record.cell), self.reason, detail
        )

    @contextmanager
    def _held(self) -> Iterator[None]:
        with held_units(self.fleet, self.record.cell, self.record.id, self.talk.interrupts):
            yield

    def _step(self, after: Phase, **more: object) -> bool:
        step = Step(before=self.record.phase, after=after, reason=self.record.reason, **more)  # type: ignore[arg-type]  # as the caller names them
        self.ledger.offboardings.step(self.record.id, step, self.task.actor)
        return True


def _applied_again(units: Sequence[UnitAddress]) -> DiagnosticError:
    cell = units[0].of_cell
    return DiagnosticError(
        error(
            f"{cell} was applied again while it was being offboarded: {', '.join(map(str, units[:_SHOWN]))}",
            f"its settings stay; to go on: cellwright offboard {cell.cell}",
        )
    )
