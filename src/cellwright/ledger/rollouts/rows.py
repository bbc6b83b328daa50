"""The statements that read and write one rollout, inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.codec import load_diagnostics, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.dialect import DialectSql
from cellwright.ledger.database.sql import Connection, bindparam, text
from cellwright.ledger.rollouts.codec import plan_from_json, state_from_json, state_to_json
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunStatus, status_of, status_word
from cellwright.model.text.json_text import read_json
from cellwright.rollout.machine import RunFact
from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.state import (
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)

SUMMARY = "id, strategy, fleet_commit, made_by, made_at, reason, status, state, changed_at"
"""The columns that `read_summary` reads."""
ONE = DialectSql(f"SELECT {SUMMARY}, plan, task FROM rollouts WHERE id = :id{{lock}}")  # noqa: S608  constants
_CELLS = text(
    "SELECT phase, attempt, run, begun, ended, why FROM rollout_cells WHERE rollout = :id ORDER BY place"
)
_STEPS = text(
    "SELECT stage, moment, place, state, attempt, answered_by, why FROM rollout_steps WHERE rollout = :id"
)
_RUNS = text(
    "SELECT r.id, r.status, r.finished, r.outcomes FROM rollout_cells c JOIN runs r ON r.id = c.run"
    " WHERE c.rollout = :id AND c.phase IN ('starting', 'running', 'overdue')"
)
_FAILED_UNITS = text(
    "SELECT run, unit, diagnostics FROM run_units WHERE run IN :runs AND outcome = 'failed'"
    " ORDER BY run, ordinal"
).bindparams(bindparam("runs", expanding=True))
_PUT_CELL = text(
    "UPDATE rollout_cells SET phase = :phase, attempt = :attempt, run = :run, begun = :begun, ended = :ended,"
    " why = :why WHERE rollout = :id AND place = :place"
)
_PUT_STEP = text(
    "INSERT INTO rollout_steps (rollout, stage, moment, place, state, attempt, answered_by, why)"
    " VALUES (:id, :stage, :moment, :place, :state, :attempt, :by, :why)"
    " ON CONFLICT (rollout, stage, moment, place) DO UPDATE SET state = excluded.state,"
    " attempt = excluded.attempt, answered_by = excluded.answered_by, why = excluded.why,"
    " claimed_until = NULL"
)
_PLANS_KEPT = 4
_AT_ONCE = 500
_CAUSE = 500
"""Characters of what was said of a unit that failed."""
_PHASES = {item.value: item for item in Phase}


class KnownPlans:
    """The plans that were read last: they never change, and that of ten thousand cells takes a while."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, RolloutPlan]] = {}

    def read(self, rollout: str, text: str) -> RolloutPlan:
        """Read a plan, or give it as it was read before."""
        known = self._known.pop(rollout, None)
        if known is None or known[0] != text:
            known = (text, plan_from_json(read_json(text)))
        kept = list(self._known.items())[1 - _PLANS_KEPT :]
        self._known = {**dict(kept), rollout: known}
        return known[1]


@reads("a rollout")
def read_record(connection: Connection, row: Any, plans: "KnownPlans") -> RolloutRecord:  # noqa: ANN401  a row
    """Read a rollout with its cells and steps."""
    cells = connection.execute(_CELLS, {"id": row.id}).all()
    steps = connection.execute(_STEPS, {"id": row.id}).all()
    state = replace(
        state_from_json(row.status, read_json(row.state)),
        cells=tuple(CellProgress(_PHASES[cell[0]], *cell[1:]) for cell in cells),
        steps={
            StepKey(step.stage, step.moment, step.place): StepProgress(
                StepState(step.state), step.attempt, step.answered_by, step.why
            )
            for step in steps
        },
    )
    return RolloutRecord(
        summary=read_summary(row, _counted(state.cells)),
        plan=plans.read(row.id, row.plan),
        state=state,
        task=read_json(row.task),
    )


@reads("a rollout")
def read_summary(row: Any, phases: Mapping[str, int]) -> RolloutSummary:  # noqa: ANN401  a row
    """Read a rollout of which the cells are counted."""
    return RolloutSummary(
        id=row.id,
        strategy=row.strategy,
        commit=row.fleet_commit,
        made_by=row.made_by,
        made_at=row.made_at,
        reason=row.reason,
        status=RolloutStatus(row.status),
        why=read_json(row.state)["why"],
        changed_at=row.changed_at,
        phases=phases,
    )


def has_moved(before: RolloutState, after: RolloutState) -> bool:
    """Tell whether anything is another that the rollout's own row has: not what its cells and steps have."""
    return (before.status, state_to_json(before)) != (after.status, state_to_json(after))


def changed(record: RolloutRecord, state: RolloutState, at: str) -> RolloutRecord:
    """The record with another state, as it is read back."""
    if state == record.state:
        return record
    head = record.summary
    summary = replace(
        head,
        status=state.status,
        why=state.why,
        phases=_counted(state.cells),
        changed_at=at if has_moved(record.state, state) else head.changed_at,
    )
    return replace(record, state=state, summary=summary)


def read_runs(connection: Connection, rollout: str) -> Mapping[str, RunFact]:
    """What became of the runs of cells that are at work, by id."""
    found = {row.id: _fact(row) for row in connection.execute(_RUNS, {"id": rollout}).all()}
    failed = [run for run, fact in found.items() if fact.phase is Phase.FAILED]
    for start in range(0, len(failed), _AT_ONCE):
        rows = connection.execute(_FAILED_UNITS, {"runs": failed[start : start + _AT_ONCE]}).all()
        for row in reversed(rows):  # the first of a run's units counts
            found[row.run] = replace(found[row.run], why=f"run {row.run} failed: {_cause(row)}")
    return found


def put_cells(connection: Connection, rollout: str, before: RolloutState, after: RolloutState) -> None:
    """Write down the cells that have changed."""
    changed = [
        {
            "id": rollout,
            "place": place,
            "phase": cell.phase.value,
            "attempt": cell.attempt,
            "run": cell.run,
            "begun": cell.begun,
            "ended": cell.ended,
            "why": plain_text(cell.why),
        }
        for place, cell in enumerate(after.cells)
        if cell is not before.cells[place] and cell != before.cells[place]
    ]
    if changed:
        connection.execute(_PUT_CELL, changed)


def put_steps(connection: Connection, rollout: str, before: RolloutState, after: RolloutState) -> None:
    """Write down the steps that have changed."""
    changed = [
        {
            "id": rollout,
            "stage": key.stage,
            "moment": key.when,
            "place": key.place,
            "state": step.state.value,
            "attempt": step.attempt,
            "by": plain_text(step.by),
            "why": plain_text(step.why),
        }
        for key, step in after.steps.items()
        if before.steps.get(key) != step
    ]
    if changed:
        connection.execute(_PUT_STEP, changed)


@reads("a unit of a run")
def _cause(row: Any) -> str:  # noqa: ANN401  a row
    """Say which stack failed, and the first thing that was said of it."""
    said = load_diagnostics(row.diagnostics)
    stack = UnitAddress.parse(row.unit).stack
    return f"{stack}: {said[0].summary[:_CAUSE]}" if said else stack


@reads("a run")
def _fact(row: Any) -> RunFact:  # noqa: ANN401  a row
    status = status_of(row.status)
    if status is RunStatus.RUNNING:
        return RunFact(Phase.RUNNING)
    ended = milliseconds(datetime.fromisoformat(row.finished))
    counts = read_json(row.outcomes) if row.outcomes else {}
    if status is RunStatus.SUCCEEDED:
        changed = counts.keys() - {Outcome.UNCHANGED.value}
        return RunFact(Phase.SUCCEEDED if changed else Phase.UNCHANGED, ended)
    return RunFact(Phase.FAILED, ended, f"run {row.id} {status_word(status, counts.keys())}")


def _counted(cells: Sequence[CellProgress]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for cell in cells:
        counts[cell.phase.value] = counts.get(cell.phase.value, 0) + 1
    return counts
