"""Runs, plans that wait, and events."""

from collections.abc import Sequence
from typing import Any

from cellwright.app.history.events import Verification
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.approve import ApprovalReport, WaitingPlan
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.former_names import FormerName
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import Event
from cellwright.model.runs.plan import (
    Action,
    AttributeChange,
    PlanSummary,
    ResourceChange,
    counts_from_json,
)
from cellwright.model.runs.plan_options import options_from_json
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunUnit, UnitResult, status_of
from cellwright.remote.documents.findings import diagnostics_from


def summary_from(item: Any) -> RunSummary:  # noqa: ANN401  a document, here and below
    """A run of a list."""
    return RunSummary(
        id=item["run"],
        kind=RunKind(item["kind"]),
        status=status_of(item["status"]),
        actor=item["actor"],
        reason=item["reason"],
        started=item["started"],
        finished=item["finished"],
        commit=item["commit"],
        units=item["units"],
        counts=item["counts"],
        identity=item["identity"] or {},
        waited=item.get("waited", 0.0),
    )


def former_from(item: Any) -> FormerName:  # noqa: ANN401  as above
    """A name that a cell has had."""
    return FormerName(CellAddress.parse(item["cell"]), item["until"], 0)


def run_from(summary: RunSummary, units: tuple[RunUnit, ...]) -> Run:
    """A run with its units."""
    return Run(
        id=summary.id,
        kind=summary.kind,
        status=summary.status,
        actor=summary.actor,
        reason=summary.reason,
        started=summary.started,
        finished=summary.finished,
        commit=summary.commit,
        units=units,
        waited=summary.waited,
    )


def unit_from(item: Any) -> RunUnit:  # noqa: ANN401  as above
    """A unit's part in a run."""
    return RunUnit(UnitAddress.parse(item["address"]), Operation(item["operation"]), item["wave"])


def report_from(run: Run, units: Sequence[Any]) -> RunReport:
    """How each unit of a run ended, by their addresses."""
    plans = {
        UnitAddress.parse(item["address"]): plan_from(item["plan"], item["resources"])
        for item in units
        if "plan" in item
    }
    return RunReport(run, results_from(units), plans)


def results_from(units: Sequence[Any]) -> tuple[UnitResult, ...]:
    """As `report_from`, without plans."""
    return tuple(sorted(map(_result, units), key=lambda result: result.address))


def plan_from(item: Any, resources: Any) -> PlanSummary:  # noqa: ANN401  as above
    """What Terraform will do."""
    return PlanSummary(
        counts=counts_from_json(resources),
        resources=tuple(
            ResourceChange(
                change["address"],
                Action(change["action"]),
                tuple(AttributeChange(**attribute) for attribute in change["attributes"]),
                change.get("note", ""),
            )
            for change in item["changes"]
        ),
        outputs=tuple(item["outputs"]),
        applyable=item["applyable"],
        taken_from=item["taken_from"] or "",
        cut=item.get("cut", 0),
        options=options_from_json(item.get("options")),
    )


def waiting_from(item: Any) -> WaitingPlan:  # noqa: ANN401  as above
    """A plan that nobody has answered for."""
    return WaitingPlan(
        unit=UnitAddress.parse(item["unit"]),
        plan_digest=item["plan_digest"],
        asked_at=item["asked_at"],
        summary=plan_from(item["plan"], item["resources"]),
    )


def answered_from(document: Any) -> ApprovalReport:  # noqa: ANN401  as above
    """What became of an answer."""
    return ApprovalReport(
        run=document["run"],
        approved=document["decision"] == "approved",
        answered=tuple(map(UnitAddress.parse, document["units"])),
        void=diagnostics_from(document["void"]),
    )


def cancelled_from(document: Any) -> CancelRequest:  # noqa: ANN401  as above
    """The request to cancel that counts."""
    return CancelRequest(**document)


def paused_from(document: Any) -> Pause:  # noqa: ANN401  as above
    """A run's pause."""
    return Pause(**document)


def event_from(item: Any) -> Event:  # noqa: ANN401  as above
    """An event of the audit trail."""
    return Event(**item)


def verification_from(document: Any) -> Verification:  # noqa: ANN401  as above
    """Whether the audit trail holds."""
    return Verification(
        count=document["count"],
        fault=document["fault"],
        set_back=document["set_back"],
        anchored=document["anchored"],
        last=document["count"],
    )


def _result(item: Any) -> UnitResult:  # noqa: ANN401  as above
    return UnitResult(
        UnitAddress.parse(item["address"]),
        Outcome(item["outcome"]),
        item["seconds"],
        counts_from_json(item["resources"]),
        diagnostics_from(item["diagnostics"]),
    )
