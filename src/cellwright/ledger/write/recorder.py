"""The write side of a ledger: one method per fact, each in one transaction together with its event.

Every transaction takes its locks in the same order (lease, run, unit, blocks, then the chain of events), so
that no two can wait for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cellwright.ledger.audit import EventDraft, append, last_point, set_end
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection
from cellwright.ledger.database.turns import PROCESS, check_turn
from cellwright.ledger.leases import Holder, check_fencing
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedRun, leave_queue, put_queued
from cellwright.ledger.write.run_writes import (
    actor_of,
    close_run,
    enter_state,
    finish_pending,
    finish_unit,
    put_run,
    refuse_withdrawn,
    reopen,
)
from cellwright.ledger.write.unit_writes import (
    forget,
    put_applied,
    put_failed,
    put_moved,
    refuse_standing,
)
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import Outcome, Run, RunStatus, UnitResult, status_word
from cellwright.model.value import Json

if TYPE_CHECKING:
    from cellwright.model.runs.removal import Removing


@dataclass(frozen=True, slots=True)
class LedgerRecorder:
    """Records facts. A method raises DiagnosticError when the database fails, and has then recorded nothing.

    A method about a unit takes the fencing number of the caller's lease on it, and raises LeaseLost if that
    is no longer the valid one; None records without a lease. A run has a fence too: its turn, the number of
    the event that started or resumed it. A method that takes one raises RunLost if another process has
    resumed the run since.

    What only applies, rollouts, schedules and offboardings record is imported with the first such fact: a
    plan would wait for it.
    """

    database: Database

    def start_run(
        self,
        run: Run,
        uncommitted: Sequence[str] = (),
        actor: Actor | None = None,
        holder: Holder | None = None,
        queued: QueuedRun | None = None,
        asked: Mapping[str, Json] | None = None,
    ) -> int:
        """Record a new run, its units pending; gives its turn. Event `run.started`.

        `uncommitted` names the files of the repository that differ from the run's commit; the first ten and
        their number are recorded. `actor` is who starts it, with what vouches for the name that the run has;
        `holder` the process that carries it out, if it is one: a run that is `queued` is carried out by
        whoever is free. `asked` is what the event says besides of what was asked for.

        Raises:
            NotBegunError: it is of a rollout that does not wait for it any more.
            WindowTakenError: it is the run of a schedule's window, which has one already.
        """
        with self.database.write() as connection:
            if queued is not None and queued.rollout:
                from cellwright.ledger.rollouts.guard import refuse_unwanted  # noqa: PLC0415  see above

                refuse_unwanted(connection, queued.rollout, run.id)
            put_run(connection, run)
            if queued is not None and queued.window is not None:
                from cellwright.ledger.drift.windows import put_window  # noqa: PLC0415  see above

                put_window(connection, self.database, replace(queued.window, run=run.id))
            if queued is not None:
                put_queued(connection, run.id, queued, self.database.own_time())
            detail: dict[str, Json] = {
                "kind": run.kind.value,
                "units": len(run.units),
                "commit": run.commit,
            }
            if uncommitted:
                detail["uncommitted"] = {"files": len(uncommitted), "first": list(uncommitted[:10])}
            if queued is not None and queued.not_before is not None:
                detail["not_before"] = iso(queued.not_before)
            detail |= {**(asked or {}), **_process(holder)}
            draft = EventDraft(actor or run.actor, "run.started", run.id, run.reason, detail)
            return append(connection, self.database, draft).sequence

    def finish_run(
        self,
        run_id: str,
        status: RunStatus,
        actor: Actor | str | None = None,
        turn: int | None = None,
        reason: str = "",
    ) -> float:
        """Record that a run is over. Event `run.finished`, by `actor` or by whoever started the run.

        `reason` is why, where the run itself does not tell.

        Gives how many seconds it only waited for people.

        Raises:
            LookupError: there is no such run.
        """
        with self.database.write() as connection:
            starter = actor_of(connection, run_id)
            check_turn(connection, run_id, turn)
            counts, waited = close_run(connection, run_id, status, self.database.now(connection))
            leave_queue(connection, run_id)
            detail: dict[str, Json] = {"status": status_word(status, counts.keys()), "units": dict(counts)}
            append(
                connection,
                self.database,
                EventDraft(actor or starter, "run.finished", run_id, reason, detail),
            )
            return waited

    def reopen_run(  # noqa: PLR0913  what a resumed run consists of
        self,
        run_id: str,
        actor: Actor | str | None = None,
        reason: str = "",
        holder: Holder | None = None,
        queued: QueuedRun | None = None,
        *,
        commit: str | None = None,
        asked: Mapping[str, Json] | None = None,
    ) -> int:
        """Resume a run: units that failed, were skipped, blocked or cancelled in it are pending again.

        Gives the run's new turn. Units that were begun keep their state and intent: the caller adopts them or
        plans them again. A run that is not `queued` leaves the queue. `commit` is where it goes on, `asked`
        what the event says besides. Event `run.resumed`.

        Raises:
            LookupError: there is no such run.
        """
        with self.database.write() as connection:
            starter = actor_of(connection, run_id)
            if queued is None:
                leave_queue(connection, run_id)
            else:
                put_queued(connection, run_id, queued, self.database.own_time())
            detail: dict[str, Json] = {"reopened": reopen(connection, run_id), **_process(holder)}
            detail |= {**({} if commit is None else {"commit": commit}), **(asked or {})}
            draft = EventDraft(actor or starter, "run.resumed", run_id, reason, detail)
            return append(connection, self.database, draft).sequence

    def enter(  # noqa: PLR0913  the two fences besides the fact itself
        self,
        run_id: str,
        unit: UnitAddress,
        state: UnitState,
        intent: Json = None,
        fencing: int | None = None,
        *,
        attempted: AppliedUnit | None = None,
        event: EventDraft | None = None,
        removing: "Removing | None" = None,
        turn: int | None = None,
    ) -> None:
        """Record that a unit is being planned, or is about to be applied; `Approvals.ask` records a plan.

        PLANNING begins a new attempt. `intent` and `attempted` go with APPLYING. The intent is what to record
        if the apply succeeds; after a crash it is recorded by the process that finds the apply finished. It
        must hold no sensitive value in clear. `attempted`, as for `record_result`, makes the unit count as
        failed until `record_applied`, so that a crash that nobody resumes never passes for a success. `event`
        is the approval of a plan that nobody was asked about. `removing` is what the plan takes out of the
        state: nothing else tells of it once that is done.

        Raises:
            TransitionError: the unit is finished, or in no state from which this one is entered.
            DiagnosticError: whoever approved its plan has rejected it since.
        """
        with self.database.write() as connection:
            check_fencing(connection, unit, fencing)
            check_turn(connection, run_id, turn)
            if state is UnitState.APPLYING:
                refuse_withdrawn(connection, run_id, unit)
            enter_state(connection, run_id, unit, state, intent, self.database.own_time())
            if attempted is not None:
                put_failed(connection, attempted)
            if removing is not None:
                from cellwright.ledger.write.removal_writes import put_removals  # noqa: PLC0415  see above

                put_removals(connection, run_id, unit, removing, self.database.own_time())
            if event is not None:
                append(connection, self.database, event)

    def record_applied(  # noqa: PLR0913  the two fences besides the fact itself
        self,
        applied: AppliedUnit,
        result: UnitResult,
        run_id: str,
        event: EventDraft,
        fencing: int | None = None,
        former: UnitAddress | None = None,
        *,
        keeps_drift: bool = False,
    ) -> None:
        """Record that a unit is as its settings say, applied now or found so, with its outputs.

        `former` is the unit that it was before it was renamed; that one is forgotten. Event `unit.renamed`.
        With `keeps_drift` what is known of drift stays: the state was changed, and nothing real.

        Raises:
            TransitionError: the unit has an outcome in this run already, or is no part of it.
        """
        from cellwright.ledger.drift.findings import close_drift  # noqa: PLC0415  see above
        from cellwright.ledger.drift.values import Closed  # noqa: PLC0415  see above

        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            finish_unit(connection, run_id, result, self.database.own_time())
            put_applied(connection, applied)
            how = Closed.APPLIED if result.outcome is Outcome.APPLIED else Closed.GONE
            if not keeps_drift:
                close_drift(connection, self.database, result.address, run_id, how)
            event = self._with_removals(connection, run_id, result, event)
            append(connection, self.database, event)
            if former is not None:
                forget(connection, former)
                close_drift(connection, self.database, former, run_id, Closed.DESTROYED)
                detail = {"run": run_id, "to": str(result.address)}
                renamed = EventDraft(event.actor, "unit.renamed", str(former), event.reason, detail)
                append(connection, self.database, renamed)

    def record_moved(self, moved: AppliedUnit, event: EventDraft, fencing: int | None = None) -> None:
        """Record that a unit's state lies elsewhere now: `moved` is the unit as recorded, with that place."""
        with self.database.write() as connection:
            check_fencing(connection, moved.head.address, fencing)
            put_moved(connection, moved)
            append(connection, self.database, event)

    def record_destroyed(
        self, result: UnitResult, run_id: str, event: EventDraft, fencing: int | None = None
    ) -> None:
        """Record that a unit's infrastructure was destroyed: nothing but its events is kept.

        Raises:
            TransitionError: as `record_applied`.
        """
        from cellwright.ledger.drift.findings import close_drift  # noqa: PLC0415  see above
        from cellwright.ledger.drift.values import Closed  # noqa: PLC0415  see above

        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            finish_unit(connection, run_id, result, self.database.own_time())
            forget(connection, result.address)
            close_drift(connection, self.database, result.address, run_id, Closed.DESTROYED)
            append(connection, self.database, self._with_removals(connection, run_id, result, event))

    def record_result(
        self,
        run_id: str,
        result: UnitResult,
        *,
        attempted: AppliedUnit | None = None,
        event: EventDraft | None = None,
        fencing: int | None = None,
        turn: int | None = None,
    ) -> None:
        """Record any other outcome: planned, unchanged, failed, blocked, skipped, cancelled.

        `attempted` goes with an apply that failed and may have changed something: what would have been
        recorded if it had succeeded, with the state mark read afterwards (None if it can't be read). Its
        fingerprint becomes the head's `failed` one, its recipe the one for a later destroy; the rest of the
        last success stays. For a destroy that failed, it is the unit as it was recorded.

        Raises:
            TransitionError: as `record_applied`.
        """
        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            _check_locked_turn(connection, run_id, turn)
            finish_unit(connection, run_id, result, self.database.own_time())
            if attempted is not None:
                put_failed(connection, attempted)
            if event is not None:
                append(connection, self.database, self._with_removals(connection, run_id, result, event))

    def record_unbegun(self, run_id: str, result: UnitResult, turn: int | None = None) -> bool:
        """Record that a pending unit was skipped or cancelled; needs no lease.

        Returns False, and records nothing, if it is no longer pending: whoever began it records its outcome.
        """
        with self.database.write() as connection:
            _check_locked_turn(connection, run_id, turn)
            return finish_pending(connection, run_id, result, self.database.own_time())

    def record_offboarded(
        self,
        event: EventDraft,
        cell: CellAddress,
        leases: Mapping[UnitAddress, int],
        releasing: Sequence[str] = (),
    ) -> None:
        """Record that a client is gone, while its units are held. From now on none of them is applied again.

        The blocks of addresses that the cells named by `releasing` have are released with it, and their room;
        what was acknowledged of their drift ends.

        Raises:
            LeaseLost: somebody else has taken one of them over.
            DiagnosticError: one has infrastructure: it was applied again meanwhile.
        """
        from cellwright.ledger.blocks import release_claims  # noqa: PLC0415  see above
        from cellwright.ledger.drift.acknowledgements import end_of_cell  # noqa: PLC0415  see above
        from cellwright.ledger.placements import end_places  # noqa: PLC0415  see above

        with self.database.write() as connection:
            for unit, fencing in leases.items():
                check_fencing(connection, unit, fencing)
            refuse_standing(connection, cell)
            release_claims(connection, self.database, releasing)
            gone = sorted({str(cell), *releasing})
            end_places(connection, gone)
            for name in gone:
                end_of_cell(connection, self.database, name, event)
            append(connection, self.database, event)

    def append_event(
        self,
        actor: Actor | str,
        action: str,
        subject: str,
        reason: str = "",
        detail: Mapping[str, Json] | None = None,
    ) -> Event:
        """Append an event that goes with no other record."""
        with self.database.write() as connection:
            return append(connection, self.database, EventDraft(actor, action, subject, reason, detail or {}))

    def _with_removals(
        self, connection: Connection, run_id: str, result: UnitResult, event: EventDraft
    ) -> EventDraft:
        """Let the event of an apply vouch for the record of what it took out of the state."""
        from cellwright.ledger.write.removal_writes import end_removals  # noqa: PLC0415  see above

        said = end_removals(connection, run_id, result, self.database.own_time())
        return replace(event, detail={**event.detail, **said}) if said else event

    def repair_end(self, actor: Actor | str, reason: str) -> Event:
        """Record that the trail ends with its last event, where the record of its end says something else.

        Whether the events hold is for the caller to check. Event `ledger.accepted`.
        """
        with self.database.write() as connection:
            end = last_point(connection)
            set_end(connection, end)
            detail: dict[str, Json] = {"trail_end": end.sequence}
            draft = EventDraft(actor, "ledger.accepted", "ledger", reason, detail)
            return append(connection, self.database, draft)


def _check_locked_turn(connection: Connection, run_id: str, turn: int | None) -> None:
    if turn is not None:
        actor_of(connection, run_id)  # locks the run: nobody resumes it in between
        check_turn(connection, run_id, turn)


def _process(holder: Holder | None) -> dict[str, Json]:
    if holder is None:
        return {}
    return {PROCESS: [holder.host, holder.process_id, holder.process_started]}
