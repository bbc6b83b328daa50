"""Answers to plans that wait, and requests to cancel, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document, resource_counts
from cellwright.app.overview.runs.open_approvals import OpenApprovals
from cellwright.app.overview.runs.plan_groups import WaitingPlan
from cellwright.app.runs.steering.approve import ApprovalReport
from cellwright.ledger.cancels import CancelRequest
from cellwright.model.value import Json


def answered(found: ApprovalReport) -> Json:
    """`approve`, `reject`: the units whose plans the answer counts for, and why not for others."""
    return {
        "run": found.run,
        "decision": "approved" if found.approved else "rejected",
        "units": [str(unit) for unit in found.answered],
        "void": [diagnostic(item) for item in found.void],
    }


def waiting(found: OpenApprovals) -> Json:
    """The plans that wait, by run; those that do the same stand together."""
    plans = (plan for run in found.runs for group in run.groups for plan in group.plans)
    return {"plans": [_waiting(plan) for plan in plans], "more": found.more}


def _waiting(plan: WaitingPlan) -> Json:
    return {
        "run": plan.run,
        "unit": str(plan.unit),
        "operation": plan.operation.value,
        "plan_digest": plan.plan_digest,
        "asked_at": plan.asked_at,
        "resources": resource_counts(plan.summary.counts),
        "plan": plan_document(plan.summary),
    }


def cancelled(found: CancelRequest) -> Json:
    """`cancel`: the request that counts, which is the first."""
    return {
        "run": found.run,
        "requested_by": found.requested_by,
        "requested_at": found.requested_at,
        "reason": found.reason,
        "ended": found.ended,
    }
