"""The write side of a ledger: one verb per fact, each in one transaction, with the event that goes with it.

In every transaction locks are taken in one order (lease, run, unit, then the chain of events), so that two
of them can't wait for each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.database import Database
from cellwright.ledger.leases import check_fencing
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.run_writes import (
    actor_of,
    close_run,
    enter_state,
    finish_pending,
    finish_unit,
    put_run,
    reopen,
)
from cellwright.ledger.write.unit_writes import forget, put_applied, put_failed
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.event import Event
from cellwright.model.run import Run, RunStatus, UnitResult
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True)
class LedgerRecorder:
    """Records facts. A verb raises DiagnosticError when the database fails, and has then recorded nothing.

    A verb that touches a unit takes the fencing number of the caller's lease on it, and raises LeaseLost if
    that is no longer the valid one; None records without a lease.
    """

    database: Database

    def start_run(self, run: Run) -> None:
        """A run begins: its units are pending. Event `run.started`."""
        with self.database.write() as connection:
            put_run(connection, run)
            detail = {"kind": run.kind.value, "units": len(run.units), "commit": run.commit}
            append(
                connection,
                self.database,
                EventDraft(run.actor, "run.started", run.id, run.reason, detail),
            )

    def finish_run(self, run_id: str, status: RunStatus, actor: str | None = None) -> None:
        """A run is over. Event `run.finished`, by `actor` or by whoever started the run.

        Raises:
            LookupError: there is no such run.
        """
        with self.database.write() as connection:
            starter = actor_of(connection, run_id)
            counts = close_run(connection, run_id, status, self.database.now(connection))
            detail = {"status": status.value, "units": counts}
            append(
                connection, self.database, EventDraft(actor or starter, "run.finished", run_id, "", detail)
            )

    def reopen_run(self, run_id: str, actor: str | None = None, reason: str = "") -> None:
        """A run goes on: what failed, was skipped, blocked or cancelled in it is pending again.

        Units in between keep their state and intent: it is for the caller to adopt them or to plan them
        again. Event `run.resumed`.

        Raises:
            LookupError: there is no such run.
        """
        with self.database.write() as connection:
            starter = actor_of(connection, run_id)
            detail = {"reopened": reopen(connection, run_id)}
            append(
                connection, self.database, EventDraft(actor or starter, "run.resumed", run_id, reason, detail)
            )

    def enter(
        self,
        run_id: str,
        unit: UnitAddress,
        state: UnitState,
        intent: Json = None,
        fencing: int | None = None,
        *,
        attempted: AppliedUnit | None = None,
    ) -> None:
        """A unit is being planned, or is about to be applied; `Approvals.ask` records that it is planned.

        PLANNING begins a new attempt. `intent` and `attempted` go with APPLYING. The intent is what to record
        if the apply succeeds, so that whoever finds it finished after a crash can record it; it must hold no
        sensitive value in clear. `attempted`, as for `record_result`, lets the unit count as failed from now
        on, so that a crash which nobody resumes never passes for a success; `record_applied` ends that.

        Raises:
            TransitionError: the unit is finished, or in no state from which this one is entered.
        """
        with self.database.write() as connection:
            check_fencing(connection, unit, fencing)
            enter_state(connection, run_id, unit, state, intent, self.database.own_time())
            if attempted is not None:
                put_failed(connection, attempted)

    def record_applied(
        self,
        applied: AppliedUnit,
        result: UnitResult,
        run_id: str,
        event: EventDraft,
        fencing: int | None = None,
    ) -> None:
        """A unit is as its settings say, applied now or found so: remembered with its outputs.

        Raises:
            TransitionError: the unit has an outcome in this run already, or is no part of it.
        """
        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            finish_unit(connection, run_id, result, self.database.own_time())
            put_applied(connection, applied)
            append(connection, self.database, event)

    def record_destroyed(
        self, result: UnitResult, run_id: str, event: EventDraft, fencing: int | None = None
    ) -> None:
        """A unit's infrastructure is gone: nothing but its events is remembered.

        Raises:
            TransitionError: as `record_applied`.
        """
        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            finish_unit(connection, run_id, result, self.database.own_time())
            forget(connection, result.address)
            append(connection, self.database, event)

    def record_result(
        self,
        run_id: str,
        result: UnitResult,
        *,
        attempted: AppliedUnit | None = None,
        event: EventDraft | None = None,
        fencing: int | None = None,
    ) -> None:
        """A unit ended in any other way: planned, unchanged, failed, blocked, skipped, cancelled.

        `attempted` goes with an apply that failed and may have changed the world: what would have been
        recorded had it succeeded, with the state mark seen afterwards (None if it can't be read). Its
        fingerprint becomes the head's `failed` one, its recipe the one for a later destroy; the rest of the
        last success stays. For a destroy that failed half-way, it is the unit as it was recorded.

        Raises:
            TransitionError: as `record_applied`.
        """
        with self.database.write() as connection:
            check_fencing(connection, result.address, fencing)
            finish_unit(connection, run_id, result, self.database.own_time())
            if attempted is not None:
                put_failed(connection, attempted)
            if event is not None:
                append(connection, self.database, event)

    def record_unbegun(self, run_id: str, result: UnitResult) -> bool:
        """A unit ended before anybody began with it: skipped or cancelled, without a lease on it.

        Returns False, and records nothing, if somebody has begun: then the outcome is theirs to record.
        """
        with self.database.write() as connection:
            return finish_pending(connection, run_id, result, self.database.own_time())

    def append_event(
        self,
        actor: str,
        action: str,
        subject: str,
        reason: str = "",
        detail: Mapping[str, Json] | None = None,
    ) -> Event:
        """Something else happened that must be answered for."""
        with self.database.write() as connection:
            return append(connection, self.database, EventDraft(actor, action, subject, reason, detail or {}))
