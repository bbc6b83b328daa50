"""The life of clients, read from a server's documents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cellwright.app.clients.offboarding.judging import Denial, Judged
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.ledger.clients.values import Approval, ExportRecord, LegalHold, Offboarding
from cellwright.ledger.database.clock import milliseconds
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import Run
from cellwright.remote.documents.findings import diagnostic_from


def life_from(found: Mapping[str, Any]) -> tuple[Offboarding, Waits]:
    """Read the offboarding of a client, and what it waits for.

    Raises:
        DiagnosticError: it has none.
    """
    record = found["offboarding"]
    if record is None:
        raise DiagnosticError(error(f"{found['cell']} is not being offboarded", "offboard it first"))
    until, export = record["hold_until"], record["export"]
    state = found["state"]
    return Offboarding(
        id=record["id"],
        cell=CellAddress.parse(record["cell"]),
        phase=Phase(record["phase"]),
        phase_since=record["since"],
        requested_by=record["requested_by"],
        requested_at=record["requested_at"],
        reason=record["reason"],
        # After a cancellation the client is in that state again.
        back_to=ClientState(state) if state is not None else ClientState.ACTIVE,
        task=None,
        hold_seconds=record["hold_seconds"],
        hold_until=None if until is None else milliseconds(datetime.fromisoformat(until)),
        approvals_needed=record["approvals_needed"],
        approvals=tuple(
            Approval(by=item["by"], at=item["at"], reason=item["reason"]) for item in record["approvals"]
        ),
        plan_run=record["plan_run"] or "",
        run=record["run"] or "",
        export=None if export is None else ExportRecord(**{**export, "command": tuple(export["command"])}),
        why=record["why"] or "",
        archived_to=record["archived_to"] or "",
        ended_by=record["ended_by"],
        ended_at=record["ended_at"],
    ), Waits(record["waits_for"] or Waits.NOTHING.value)


def hold_from(found: Mapping[str, Any]) -> LegalHold:
    """Read a legal hold."""
    return LegalHold(
        id="",
        cell=CellAddress.parse(found["cell"]),
        reason=found["reason"],
        laid_by=found["laid_by"],
        laid_at=found["laid_at"],
        lifted_by=found["lifted_by"],
        lifted_at=found["lifted_at"],
        lift_reason=found["lift_reason"],
    )


def judged_from(found: Mapping[str, Any]) -> Judged:
    """Read what would be destroyed, and what the policies say of it."""
    exceptions = found["exceptions"] or {"file": "", "yaml": "", "below": False}
    return Judged(
        units=found["units"],
        resources=found["resources"],
        denials=tuple(
            Denial(UnitAddress.parse(item["unit"]), item["rule"], item["resource"] or "")
            for item in found["denials"]
        ),
        file=exceptions["file"],
        exceptions=exceptions["yaml"],
        below=exceptions["below"],
    )


def planned_from(found: Mapping[str, Any], run: Run) -> PlannedLeave:
    """Read what a run that plans a client's destruction has come to."""
    record = found["offboarding"]
    return PlannedLeave(
        cell=CellAddress.parse(found["cell"]),
        run=run,
        judged=None if found["judged"] is None else judged_from(found["judged"]),
        outdated=None if found["outdated"] is None else diagnostic_from(found["outdated"]),
        digest=found["digest"] or "",
        record=None if record is None else life_from({"state": None, "offboarding": record})[0],
        waits=Waits.NOTHING if record is None else Waits(record["waits_for"] or Waits.NOTHING.value),
    )
