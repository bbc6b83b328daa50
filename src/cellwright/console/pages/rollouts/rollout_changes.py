"""What is done to a rollout as a whole. Each says first how much it touches, and takes a reason."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.rollouts import asking
from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.rollouts.shapes import approve_groups, reject_groups
from cellwright.app.rollouts.start import rollback
from cellwright.app.rollouts.task import from_json
from cellwright.console.rendering import render
from cellwright.console.rollouts.actions import ACTIONS, amounts, possible
from cellwright.console.rollouts.permits import demand_rollout
from cellwright.console.rollouts.words import STATUS, counted
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.rollouts.values import RolloutRecord

router = APIRouter()
Reason = Annotated[str, Form(max_length=500)]
Commit = Annotated[str, Form(max_length=100)]
Name = Annotated[str, Form(max_length=200)]
_Act = Callable[..., RolloutRecord]


@router.get("/rollouts/{rollout_id}/pause")
def ask_to_pause(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say how many cells would not be begun for now, and ask."""
    return _ask(request, visitor, rollout_id, Permission.CANCEL, "pause")


@router.post("/rollouts/{rollout_id}/pause")
def pause(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that no further cell is begun for now."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.pause, reason)


@router.get("/rollouts/{rollout_id}/resume")
def ask_to_resume(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say why the rollout is paused, and ask."""
    return _ask(request, visitor, rollout_id, Permission.CANCEL, "resume")


@router.post("/rollouts/{rollout_id}/resume")
def resume(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that it goes on."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.resume, reason)


@router.get("/rollouts/{rollout_id}/halt")
def ask_to_halt(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say what halting would leave undone, and ask."""
    return _ask(request, visitor, rollout_id, Permission.CANCEL, "halt")


@router.post("/rollouts/{rollout_id}/halt")
def halt(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that nothing is begun any more."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.halt, reason)


@router.get("/rollouts/{rollout_id}/cancel")
def ask_to_cancel(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say which runs would be cancelled, and ask."""
    return _ask(request, visitor, rollout_id, Permission.CANCEL, "cancel")


@router.post("/rollouts/{rollout_id}/cancel")
def cancel(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that it ends, and that the runs at work stop."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.cancel, reason)


@router.get("/rollouts/{rollout_id}/retry")
def ask_to_retry(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say which cells would be tried again, and ask."""
    return _ask(request, visitor, rollout_id, Permission.APPLY, "retry")


@router.post("/rollouts/{rollout_id}/retry")
def retry(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that what failed or was never begun is done, from the same commit."""
    demand_rollout(visitor, Permission.APPLY, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.retry, reason)


@router.get("/rollouts/{rollout_id}/expedite")
def ask_to_expedite(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say which bakes would be skipped, and ask why."""
    return _ask(request, visitor, rollout_id, Permission.APPLY, "expedite")


@router.post("/rollouts/{rollout_id}/expedite")
def expedite(request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "") -> Response:
    """Record that bakes are skipped, and why."""
    demand_rollout(visitor, Permission.APPLY, services(request).session, rollout_id)
    return _change(request, visitor, rollout_id, asking.expedite, reason)


@router.get("/rollouts/{rollout_id}/rollback")
def ask_to_roll_back(request: Request, visitor: SignedIn, rollout_id: str) -> Response:
    """Say which cells would go back to which commit, and ask."""
    return _ask(request, visitor, rollout_id, Permission.APPLY, "rollback")


@router.post("/rollouts/{rollout_id}/rollback")
def roll_back(
    request: Request, visitor: SignedIn, rollout_id: str, reason: Reason = "", to: Commit = ""
) -> Response:
    """Begin the rollout that takes this one back; its plans wait for approval."""
    session = services(request).fleet()
    demand_rollout(visitor, Permission.APPLY, session, rollout_id)
    started = rollback(session, visitor.actor, rollout_id, reason.strip(), to.strip())
    return RedirectResponse(f"/rollouts/{started.record.id}", HTTPStatus.SEE_OTHER)


@router.post("/rollouts/{rollout_id}/answer")
def give_answer(
    request: Request,
    visitor: SignedIn,
    rollout_id: str,
    answer: Annotated[str, Form(pattern="^(approve|reject)$")],
    group: Name = "",
    reason: Reason = "",
) -> Response:
    """Record an answer for a group of plans, or for the approval between waves if none is named."""
    found = services(request)
    session, approved = found.session, answer == "approve"
    # A shape that is approved counts for every cell of the rollout.
    demand_rollout(visitor, Permission.APPROVE, session, rollout_id)
    if group:
        act = approve_groups if approved else reject_groups
        for one in act(session, visitor.actor, rollout_id, (group,), reason.strip()):
            for run in dict.fromkeys(question.run for question in one.questions):
                found.host.wake(run)
    else:
        wanted = AskRequest(rollout=rollout_id, reason=reason.strip())
        asking.answer(session, visitor.actor, wanted, approved=approved)
    return _back(rollout_id)


def _ask(request: Request, visitor: Visitor, rollout: str, permission: Permission, name: str) -> Response:
    record = demand_rollout(visitor, permission, services(request).session, rollout)
    return render(
        request,
        "rollouts/rollout_change.html",
        rollout=record.summary,
        action=ACTIONS[name],
        possible=name in possible(record),
        amounts=amounts(record),
        counts=tuple(counted(record.summary.phases)),
        word=STATUS[record.state.status],
        bakes=[
            stage.name
            for stage in record.plan.stages[record.state.stage :]
            if stage.bake and not stage.is_canary
        ],
        before=sorted(from_json(record.task).before.items(), key=lambda item: -item[1]),
    )


def _change(request: Request, visitor: Visitor, rollout: str, act: _Act, reason: str) -> Response:
    act(services(request).session, visitor.actor, AskRequest(rollout=rollout, reason=reason.strip()))
    return _back(rollout)


def _back(rollout: str) -> Response:
    return RedirectResponse(f"/rollouts/{rollout}", HTTPStatus.SEE_OTHER)
