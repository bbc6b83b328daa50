"""The ledger's rows of runs as types, and how values become rows and rows become values.

Nothing here imports SQLAlchemy.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cellwright.ledger.database.codec import (
    load_diagnostics,
    plain_text,
)
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.resource_counts import load_counts
from cellwright.ledger.database.rows import load_address
from cellwright.ledger.run_state import Approval, Decision, RunSummary, RunUnitRecord, UnitState
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunUnit, status_of
from cellwright.model.text.json_text import read_json


class RunRow(NamedTuple):
    """A row of `runs`."""

    id: str
    kind: str
    status: str
    actor: str
    reason: str
    started: str
    finished: str | None
    fleet_commit: str | None
    unit_count: int
    outcomes: str | None
    waited: float | None = None


class RunUnitRow(NamedTuple):
    """A row of `run_units`, without its place in the run's order."""

    unit: str
    operation: str
    wave: int
    state: str
    outcome: str | None
    attempt: int
    started: str | None
    finished: str | None
    seconds: float
    resources: str | None
    diagnostics: str | None
    intent: str | None
    plan: str | None


class ApprovalRow(NamedTuple):
    """A row of `approvals` of one run."""

    unit: str
    plan_digest: str
    asked_at: str
    decision: str | None
    answered_by: str | None
    answered_at: str | None
    reason: str | None
    how: str | None


def _moment(text: str) -> str:
    """A time as it was written; whoever shows it need not ask whether it is one."""
    datetime.fromisoformat(text)
    return text


def run_row(run: Run) -> Mapping[str, object]:
    """The columns of a row of `runs`."""
    return RunRow(
        id=run.id,
        kind=run.kind.value,
        status=run.status.value,
        actor=plain_text(run.actor),
        reason=plain_text(run.reason),
        started=run.started,
        finished=run.finished,
        fleet_commit=run.commit,
        unit_count=len(run.units),
        outcomes=None,
    )._asdict()


@reads("a run")
def load_run(row: RunRow, units: tuple[RunUnit, ...]) -> Run:
    """The reverse of `run_row`."""
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        status=status_of(row.status),
        actor=row.actor,
        reason=row.reason,
        started=_moment(row.started),
        finished=None if row.finished is None else _moment(row.finished),
        commit=row.fleet_commit,
        units=units,
        waited=row.waited or 0.0,
    )


@reads("a run")
def load_summary(row: RunRow, counts: Mapping[str, int]) -> RunSummary:
    """A row of `runs` as an entry in the list of runs."""
    return RunSummary(
        id=row.id,
        kind=RunKind(row.kind),
        status=status_of(row.status),
        actor=row.actor,
        reason=row.reason,
        started=_moment(row.started),
        finished=None if row.finished is None else _moment(row.finished),
        commit=row.fleet_commit,
        units=row.unit_count,
        counts=counts,
        waited=row.waited or 0.0,
    )


def run_unit_row(run: str, ordinal: int, unit: RunUnit) -> Mapping[str, object]:
    """The columns of a row of `run_units` for a unit that is pending."""
    return {
        "run": run,
        "unit": str(unit.address),
        "ordinal": ordinal,
        "operation": unit.operation.value,
        "wave": unit.wave,
        "state": UnitState.PENDING.value,
        "attempt": 0,
        "seconds": 0.0,
    }


@reads("a unit of a run")
def load_run_unit(row: RunUnitRow) -> RunUnitRecord:
    """A row of `run_units` as a value."""
    return RunUnitRecord(
        address=load_address(row.unit),
        operation=Operation(row.operation),
        wave=row.wave,
        state=UnitState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        attempt=row.attempt,
        started=row.started,
        finished=row.finished,
        seconds=float(row.seconds),
        resources=load_counts(row.resources),
        diagnostics=load_diagnostics(row.diagnostics),
        intent=read_json(row.intent) if row.intent else None,
        plan=read_json(row.plan) if row.plan else None,
    )


@reads("an approval")
def load_approval(row: ApprovalRow) -> Approval:
    """A row of `approvals` as a value."""
    return Approval(
        unit=load_address(row.unit),
        plan_digest=row.plan_digest,
        asked_at=row.asked_at,
        decision=Decision(row.decision) if row.decision else None,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        reason=row.reason,
        how=row.how,
    )
