"""Rows of offboardings as values, and what of them is JSON."""

from typing import Any

from cellwright.ledger.clients.values import Approval, ExportRecord, Offboarding
from cellwright.ledger.database.damage import reads
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.offboarding import Phase
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

COLUMNS = (
    "id, cell, phase, phase_since, requested_by, requested_at, reason, back_to, task, hold_seconds,"
    " hold_until, approvals_needed, plan_run, run, export, why, archived_to, ended_by, ended_at"
)


@reads("an offboarding")
def offboarding(row: Any, approvals: tuple[Approval, ...]) -> Offboarding:  # noqa: ANN401  a row
    """Read an offboarding."""
    return Offboarding(
        id=row.id,
        cell=CellAddress.parse(row.cell),
        phase=Phase(row.phase),
        phase_since=row.phase_since,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        reason=row.reason,
        back_to=ClientState(row.back_to),
        task=read_json(row.task),
        hold_seconds=row.hold_seconds,
        hold_until=row.hold_until,
        approvals_needed=row.approvals_needed,
        approvals=approvals,
        plan_run=row.plan_run,
        run=row.run,
        export=None if row.export is None else _export(read_json(row.export)),
        why=row.why,
        archived_to=row.archived_to,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )


@reads("the approval of an offboarding")
def approval(row: Any) -> Approval:  # noqa: ANN401  a row
    """Read an approval."""
    return Approval(
        by=row.approved_by, at=row.approved_at, reason=row.reason, identity=read_json(row.identity)
    )


def export_to_json(export: ExportRecord) -> Json:
    """Write an export down."""
    return {
        "command": list(export.command),
        "sha256": export.sha256,
        "size": export.size,
        "place": export.place,
        "seconds": export.seconds,
        "ended_at": export.ended_at,
    }


def _export(found: Any) -> ExportRecord:  # noqa: ANN401  what `export_to_json` wrote
    return ExportRecord(
        command=tuple(found["command"]),
        sha256=found["sha256"],
        size=found["size"],
        place=found["place"],
        seconds=found["seconds"],
        ended_at=found["ended_at"],
    )
