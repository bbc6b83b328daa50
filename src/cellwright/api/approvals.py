"""Answers to plans that wait, and requests to cancel, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.runs.approve import ApprovalReport
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


def cancelled(found: CancelRequest) -> Json:
    """`cancel`: the request that counts, which is the first."""
    return {
        "run": found.run,
        "requested_by": found.requested_by,
        "requested_at": found.requested_at,
        "reason": found.reason,
    }
