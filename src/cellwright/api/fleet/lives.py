"""The life of clients as JSON: offboardings with their holds, legal holds."""

from collections.abc import Iterable

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document
from cellwright.api.runs.report import report as run_report
from cellwright.app.clients.offboard import OffboardReport
from cellwright.app.clients.offboarding.judging import Judged
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.app.clients.offboarding.standing import ClientLife
from cellwright.app.runs.report import RunReport
from cellwright.ledger.clients.values import DoomedResource, LegalHold, Offboarding
from cellwright.ledger.database.clock import from_milliseconds, iso
from cellwright.model.offboarding import Waits
from cellwright.model.value import Json


def offboarding(found: Offboarding, waits: Waits = Waits.NOTHING) -> dict[str, Json]:
    """An offboarding: how far it is, what it waits for, who asked for it and who agreed."""
    export = found.export
    return {
        "id": found.id,
        "cell": str(found.cell),
        "phase": found.phase.value,
        "since": found.phase_since,
        "waits_for": None if waits is Waits.NOTHING else waits.value,
        "why": found.why or None,
        "requested_by": found.requested_by,
        "requested_at": found.requested_at,
        "reason": found.reason,
        "hold_seconds": found.hold_seconds,
        "hold_until": None if found.hold_until is None else iso(from_milliseconds(found.hold_until)),
        "approvals_needed": found.approvals_needed,
        "approvals": [{"by": item.by, "at": item.at, "reason": item.reason} for item in found.approvals],
        "plan_run": found.plan_run or None,
        "run": found.run or None,
        "export": None
        if export is None
        else {
            "command": list(export.command),
            "sha256": export.sha256,
            "size": export.size,
            "place": export.place,
            "seconds": export.seconds,
            "ended_at": export.ended_at,
        },
        "archived_to": found.archived_to or None,
        "ended_by": found.ended_by,
        "ended_at": found.ended_at,
    }


def offboard_report(found: OffboardReport) -> Json:
    """How far the offboarding is, with the run that was carried out now, if there was one."""
    run = run_report(found.report) if found.report is not None else None
    return {
        **(run if isinstance(run, dict) else {}),
        "offboarding": offboarding(found.record, found.waits),
        **({"judged": judged(found.judged)} if found.judged is not None else {}),
    }


def judged(found: Judged) -> Json:
    """What would be destroyed, what denies it, and the exceptions that would let it pass."""
    return {
        "units": found.units,
        "resources": found.resources,
        "denied": dict(found.denied()),
        "denials": [
            {"unit": str(item.unit), "rule": item.rule, "resource": item.resource or None}
            for item in found.denials
        ],
        "exceptions": {
            "file": found.file,
            "yaml": found.exceptions,
            "below": found.below,
            **({"written": True} if found.written_for else {}),
        }
        if found.exceptions
        else None,
    }


def planned_leave(found: PlannedLeave) -> Json:
    """What a run that only plans an offboarding has come to; `judged` is null while it goes on."""
    return {
        "cell": str(found.cell),
        "run": found.run.id,
        "status": found.run.status.value,
        "judged": None if found.judged is None else judged(found.judged),
        "outdated": None if found.outdated is None else diagnostic(found.outdated),
        "digest": found.digest or None,
        "offboarding": None if found.record is None else offboarding(found.record, found.waits),
    }


def shown_leave(found: PlannedLeave, report: RunReport) -> Json:
    """What `job offboard-look` shows: the same, in a line of words, and with each unit's plan."""
    told = planned_leave(found)
    return {
        **(told if isinstance(told, dict) else {}),
        "told": "" if found.judged is None else found.judged.told(),
        "may_be_confirmed": found.may_be_confirmed,
        "plans": {str(unit): plan_document(plan) for unit, plan in report.plans.items()},
    }


def offboardings(found: Iterable[tuple[Offboarding, Waits]]) -> Json:
    """Several offboardings."""
    return {"offboardings": [offboarding(record, waits) for record, waits in found]}


def legal_hold(found: LegalHold) -> dict[str, Json]:
    """A legal hold; `lifted_at` is null while it holds."""
    return {
        "cell": str(found.cell),
        "reason": found.reason,
        "laid_by": found.laid_by,
        "laid_at": found.laid_at,
        "lifted_by": found.lifted_by,
        "lifted_at": found.lifted_at,
        "lift_reason": found.lift_reason,
    }


def legal_holds(found: Iterable[LegalHold]) -> Json:
    """Several legal holds."""
    return {"legal_holds": [legal_hold(item) for item in found]}


def remains(found: Iterable[DoomedResource]) -> Json:
    """What was destroyed, and what looking for it found."""
    return {
        "resources": [
            {
                "unit": str(item.unit),
                "address": item.address,
                "type": item.type,
                "provider": item.provider,
                "id": item.provider_id or None,
                "facts": dict(item.facts),
                "finding": item.finding.value,
                "detail": item.detail,
                "looked_at": item.looked_at or None,
            }
            for item in found
        ]
    }


def life(found: ClientLife) -> Json:
    """All that is known of the life of one client."""
    record = found.offboarding
    told = remains(found.resources)
    return {
        "cell": str(found.cell),
        "state": None if found.state is None else found.state.value,
        "since": found.since,
        "legal_hold": None if found.legal_hold is None else legal_hold(found.legal_hold),
        "offboarding": None if record is None else offboarding(record, found.waits),
        **(told if isinstance(told, dict) else {}),
    }
