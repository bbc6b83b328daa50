"""Four eyes for rollouts: whoever started one does not approve what it asks, where the fleet demands that."""

from cellwright.app.rollouts.task import from_json
from cellwright.app.runs.steering.four_eyes import has_broken_glass, same_person
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error


def refuse_own_rollout(session: FleetSession, actor: Actor, record: RolloutRecord) -> None:
    """Refuse an approval by whoever started the rollout, unless they have broken the glass.

    Raises:
        DiagnosticError: they did; or fleet.yaml, which says whether that matters, has faults.
    """
    common = own_rollout(session, actor, record)
    if common:
        ledger = session.ledger(writing=True)
        detail = {"why": "four eyes", "common": common}
        ledger.recorder.append_event(actor, "rollout.approval_refused", record.id, "", detail)
        raise DiagnosticError(
            error(
                f"you have started the rollout {record.id} ({common}), and the fleet demands a second person",
                "have somebody else approve it",
            )
        )


def own_rollout(session: FleetSession, actor: Actor, record: RolloutRecord) -> str | None:
    """Tell what makes the actor the one who started a rollout that somebody else is to approve.

    None if the fleet does not demand a second person, the actor is one, or has broken the glass.

    Raises:
        DiagnosticError: fleet.yaml has faults.
    """
    if not session.approvals().four_eyes or has_broken_glass(actor):
        return None
    starter = from_json(record.task).actor
    return same_person(actor.name, actor.identity(), starter.name, starter.identity())
