"""For whom an offboarding is carried out, and how: a value that any process reads from the ledger."""

from dataclasses import dataclass
from typing import Any

from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.queued_task import from_json as queued_from_json
from cellwright.app.runs.queued_task import to_json as queued_to_json
from cellwright.ledger.database.damage import reads
from cellwright.model.actor import Actor
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingTask:
    """What whoever goes on with an offboarding needs to know besides its row."""

    actor: Actor
    """Whoever has asked for it: what it does by itself is recorded as done by them."""
    approved_how: str = ""
    """How the destroy plans were approved beforehand; empty where each waits for an answer."""
    accept_state: str = ""
    """Why its units' states are accepted as they are; empty: they are not."""
    hooks: bool = False
    """Run the repository's hooks when the files are moved."""


def to_json(task: LeavingTask) -> Json:
    """Write it down."""
    queued = QueuedTask(actor=task.actor, approved_how=task.approved_how)
    return {"queued": queued_to_json(queued), "accept_state": task.accept_state, "hooks": task.hooks}


@reads("an offboarding")
def from_json(text: Any) -> LeavingTask:  # noqa: ANN401  what `to_json` wrote, read back
    """Read what `to_json` wrote."""
    queued = queued_from_json(text["queued"])
    return LeavingTask(
        actor=queued.actor,
        approved_how=queued.approved_how,
        accept_state=text["accept_state"],
        hooks=text["hooks"],
    )
