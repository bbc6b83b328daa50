"""Progress events as JSON and back: what is stored of a run while it goes on, and streamed to others."""

from collections.abc import Callable, Mapping
from typing import Any

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic_json import diagnostic_from_json, diagnostic_to_json
from cellwright.model.runs.plan import counts_from_json, counts_to_json, summary_from_json, summary_to_json
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunUnit, UnitResult, status_of
from cellwright.model.value import Json


def to_json(event: ProgressEvent) -> Json:
    """Write an event as JSON."""
    kind, detail = _detail(event.progress)
    return {
        "run": event.run,
        "unit": str(event.unit) if event.unit is not None else None,
        "time": event.time,
        "sequence": event.sequence,
        "kind": kind,
        "detail": detail,
    }


def from_json(text: Any) -> ProgressEvent:  # noqa: ANN401  what `to_json` wrote, read back
    """Read what `to_json` wrote."""
    fields: Mapping[str, Any] = text
    unit = UnitAddress.parse(fields["unit"]) if fields["unit"] is not None else None
    return ProgressEvent(
        run=fields["run"],
        unit=unit,
        time=fields["time"],
        sequence=fields["sequence"],
        progress=_READERS[fields["kind"]](unit, fields["detail"]),
    )


def _detail(progress: Progress) -> tuple[str, Json]:  # noqa: PLR0911  one way out for each kind
    match progress:
        case RunStarted(run):
            return "run_started", _run_to_json(run)
        case RunFinished(run, refused):
            # The word that `status_word` says: whoever reads the stream sees how the run really ended.
            more = {"status": Outcome.REFUSED.value} if refused else {}
            return "run_finished", {**_run_to_json(run), **more}
        case PhaseEntered(_, phase, note):
            return "phase_entered", {"phase": phase.value, "note": note}
        case UnitPlanned(_, plan):
            return "unit_planned", summary_to_json(plan)
        case ResourceProgress(_, resource, action, state, seconds):
            return "resource_progress", {
                "resource": resource,
                "action": action,
                "state": state,
                "seconds": seconds,
            }
        case ProgramSaid(_, text):
            return "program_said", {"text": text}
        case DiagnosticSeen(_, diagnostic):
            return "diagnostic_seen", diagnostic_to_json(diagnostic)
        case UnitFinished(result):
            return "unit_finished", _result_to_json(result)


_READERS: Mapping[str, Callable[[Any, Any], Progress]] = {
    "run_started": lambda _unit, detail: RunStarted(_run_from_json(detail)),
    "run_finished": lambda _unit, detail: RunFinished(
        _run_from_json(detail), detail["status"] == Outcome.REFUSED.value
    ),
    "phase_entered": lambda unit, detail: PhaseEntered(unit, Phase(detail["phase"]), detail["note"]),
    "unit_planned": lambda unit, detail: UnitPlanned(unit, summary_from_json(detail)),
    "resource_progress": lambda unit, detail: ResourceProgress(unit, **detail),
    "program_said": lambda unit, detail: ProgramSaid(unit, detail["text"]),
    "diagnostic_seen": lambda unit, detail: DiagnosticSeen(unit, diagnostic_from_json(detail)),
    "unit_finished": lambda unit, detail: UnitFinished(_result_from_json(unit, detail)),
}


def _run_to_json(run: Run) -> dict[str, Json]:
    return {
        "id": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        "actor": run.actor,
        "reason": run.reason,
        "started": run.started,
        "finished": run.finished,
        "commit": run.commit,
        "units": [[str(unit.address), unit.operation.value, unit.wave] for unit in run.units],
    }


def _run_from_json(detail: Mapping[str, Any]) -> Run:
    return Run(
        id=detail["id"],
        kind=RunKind(detail["kind"]),
        status=status_of(detail["status"]),
        actor=detail["actor"],
        reason=detail["reason"],
        started=detail["started"],
        finished=detail["finished"],
        commit=detail["commit"],
        units=tuple(
            RunUnit(UnitAddress.parse(unit), Operation(operation), wave)
            for unit, operation, wave in detail["units"]
        ),
    )


def _result_to_json(result: UnitResult) -> Json:
    return {
        "outcome": result.outcome.value,
        "seconds": result.seconds,
        "resources": counts_to_json(result.resources),
        "diagnostics": [diagnostic_to_json(item) for item in result.diagnostics],
    }


def _result_from_json(unit: UnitAddress, detail: Mapping[str, Any]) -> UnitResult:
    return UnitResult(
        unit,
        Outcome(detail["outcome"]),
        detail["seconds"],
        counts_from_json(detail["resources"]),
        tuple(diagnostic_from_json(item) for item in detail["diagnostics"]),
    )
