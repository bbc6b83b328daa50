"""What a person asks of a rollout: pause, resume, halt, cancel, expedite, retry, answer its approval."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cellwright.app.rollouts.circumstances import Surroundings
from cellwright.app.rollouts.deciding import Asked, News, decide
from cellwright.app.rollouts.second_person import refuse_own_rollout
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.rollout import requests
from cellwright.rollout.state import Phase, RolloutState

_Change = Callable[[RolloutRecord, int], RolloutState]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest:
    """Which rollout, and why."""

    rollout: str
    reason: str = ""


def pause(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Begin nothing further; what has begun goes on. Raises as `requests.paused`."""
    why = _by(actor, request)
    return _ask(session, actor, request, "paused", lambda found, now: requests.paused(found.state, now, why))


def resume(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Go on after a pause. Raises as `requests.resumed`."""
    return _ask(session, actor, request, "resumed", lambda found, _: requests.resumed(found.state))


def halt(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Begin nothing any more; what has begun is finished. Raises as `requests.halted`."""
    why = _by(actor, request)
    return _ask(session, actor, request, "halt_requested", lambda found, _: requests.halted(found.state, why))


def cancel(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Begin nothing any more, and cancel the runs that are at work. Raises as `requests.cancelled`."""
    why = _by(actor, request)
    record = _ask(
        session,
        actor,
        request,
        "cancel_requested",
        lambda found, _: requests.cancelled(found.state, why),
    )
    cancels = session.ledger(writing=True).cancels
    for cell in record.state.cells:
        if cell.phase in (Phase.RUNNING, Phase.OVERDUE, Phase.STARTING):
            cancels.request(cell.run, actor, f"rollout {request.rollout} is cancelled")
    return record


def expedite(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Skip the bakes that are left, but the first wave's; says why.

    Raises:
        DiagnosticError: there is no reason, or as `requests.expedited`.
    """
    if not request.reason.strip():
        advice = "say why: --reason TEXT"
        raise DiagnosticError(error("bakes are skipped for a reason only", advice))
    return _ask(session, actor, request, "expedited", lambda found, _: requests.expedited(found.state))


def retry(session: FleetSession, actor: Actor, request: AskRequest) -> RolloutRecord:
    """Do again what failed or was skipped, from the same commit. Raises as `requests.retried`."""
    return _ask(
        session, actor, request, "retried", lambda found, _: requests.retried(found.plan, found.state)
    )


def answer(
    session: FleetSession,
    actor: Actor,
    request: AskRequest,
    *,
    approved: bool = True,
) -> RolloutRecord:
    """Answer the approval that a rollout waits for between waves.

    Raises:
        DiagnosticError: it waits for none, or the fleet demands a second person.
    """
    if approved:
        refuse_own_rollout(session, actor, session.ledger(writing=True).rollouts.find(request.rollout))

    def change(found: RolloutRecord, _: int) -> RolloutState:
        return requests.answered(found.plan, found.state, actor.name, request.reason, passed=approved)

    return _ask(session, actor, request, "step_approved" if approved else "step_rejected", change)


ACTIONS: Mapping[str, Callable[[FleetSession, Actor, AskRequest], RolloutRecord]] = {
    "pause": pause,
    "resume": resume,
    "halt": halt,
    "cancel": cancel,
    "expedite": expedite,
    "retry": retry,
}
"""By the name of the command."""


def _ask(
    session: FleetSession, actor: Actor, request: AskRequest, action: str, change: _Change
) -> RolloutRecord:
    # What follows is on record at once; runs are submitted by whoever drives rollouts: nobody waits for that.
    asked = Asked(change, actor, f"rollout.{action}", request.reason)
    fleet = Surroundings(session).now()
    return decide(session, request.rollout, fleet, News(asked=asked), performing=False)[0]


def _by(actor: Actor, request: AskRequest) -> str:
    return f"by {actor.name}: {request.reason}" if request.reason else f"by {actor.name}"
