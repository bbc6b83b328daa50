"""Rows to values and back, for units and runs."""

import json
from collections.abc import Mapping
from sys import intern
from typing import TYPE_CHECKING, Any

from cellwright.ledger.database.codec import (
    dump,
    dump_values,
    load_counts,
    load_diagnostics,
    load_inputs,
    load_outputs,
    plain_text,
)
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit

if TYPE_CHECKING:  # reading standings needs no more than this module, and should not wait for the toolkit
    from sqlalchemy.engine import Row


def load_address(text: str) -> UnitAddress:
    """An address that was written by us: not checked again, its parts shared between units."""
    level, cell, stack = text.split("/")
    return UnitAddress(intern(level), intern(cell), intern(stack))


def head_row(head: AppliedHead) -> Mapping[str, object]:
    """A row of `heads`."""
    return {
        "unit": str(head.address),
        "fingerprint": head.fingerprint,
        "failed": head.failed,
        "lineage": head.state.lineage if head.state else None,
        "serial": head.state.serial if head.state else None,
    }


def load_head(
    unit: str, fingerprint: str | None, failed: str | None, lineage: str | None, serial: int | None
) -> AppliedHead:
    """The reverse of `head_row`."""
    return AppliedHead(
        address=load_address(unit),
        fingerprint=fingerprint,
        failed=failed,
        state=None if lineage is None or serial is None else StateMark(lineage, serial),
    )


def unit_row(applied: AppliedUnit) -> Mapping[str, object]:
    """A row of `units`."""
    return {
        "unit": str(applied.head.address),
        "source_digest": applied.source_digest,
        "source_label": plain_text(applied.source_label),
        "backend_digest": applied.backend_digest,
        "inputs": dump_values(applied.inputs),
        "recipe": dump(applied.recipe),
        "terraform_version": applied.terraform_version,
        "run": applied.run,
        "fleet_commit": applied.commit,
        "applied_at": applied.applied_at,
    }


def load_unit(row: "Row[Any]") -> AppliedUnit:
    """The reverse of `head_row` and `unit_row` and the outputs', from one joined row."""
    return AppliedUnit(
        head=load_head(row.unit, row.fingerprint, row.failed, row.lineage, row.serial),
        source_digest=row.source_digest,
        source_label=row.source_label,
        backend_digest=row.backend_digest,
        inputs=load_inputs(row.inputs),
        outputs=load_outputs(row.outputs),
        recipe=json.loads(row.recipe),
        terraform_version=row.terraform_version,
        run=row.run,
        commit=row.fleet_commit,
        applied_at=row.applied_at,
    )


def run_row(run: Run) -> Mapping[str, object]:
    """A row of `runs`."""
    return {
        "id": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        "actor": plain_text(run.actor),
        "reason": plain_text(run.reason),
        "started": run.started,
        "finished": run.finished,
        "fleet_commit": run.commit,
        "unit_count": len(run.units),
    }


def load_run(row: "Row[Any]", units: tuple[RunUnit, ...]) -> Run:
    """The reverse of `run_row`."""
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        status=RunStatus(row.status),
        actor=row.actor,
        reason=row.reason,
        started=row.started,
        finished=row.finished,
        commit=row.fleet_commit,
        units=units,
    )


def load_summary(row: "Row[Any]", counts: Mapping[str, int]) -> RunSummary:
    """A row of `runs` for a list."""
    return RunSummary(
        id=row.id,
        kind=RunKind(row.kind),
        status=RunStatus(row.status),
        actor=row.actor,
        reason=row.reason,
        started=row.started,
        finished=row.finished,
        commit=row.fleet_commit,
        units=row.unit_count,
        counts=counts,
    )


def run_unit_row(run: str, ordinal: int, unit: RunUnit) -> Mapping[str, object]:
    """A row of `run_units` for a unit that nothing has happened to yet."""
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


def load_run_unit(row: "Row[Any]") -> RunUnitRecord:
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
        seconds=row.seconds,
        resources=load_counts(row.resources),
        diagnostics=load_diagnostics(row.diagnostics),
        intent=json.loads(row.intent) if row.intent else None,
        plan=json.loads(row.plan) if row.plan else None,
    )
