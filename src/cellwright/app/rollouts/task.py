"""For whom a rollout is carried out, and how: a value that any process reads from the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.queued_task import from_json as queued_from_json
from cellwright.app.runs.queued_task import to_json as queued_to_json
from cellwright.ledger.database.damage import reads
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutTask:
    """What whoever goes on with a rollout needs to know besides its plan."""

    actor: Actor
    """Whoever started it: what it does by itself is recorded as done by them."""
    approved_how: str = ""
    """How every plan was approved beforehand; empty where plans wait for answers."""
    destroy: bool = False
    """Units that are switched off or no longer in the fleet are destroyed."""
    thorough: bool = False
    """Units that are up to date are applied, too."""
    only: Mapping[str, tuple[str, ...]] | None = None
    """By cell: the units that are changed; None: all of the cell's."""
    before: Mapping[str, int] = field(default_factory=dict)
    """The commits at which its cells' units were applied before it, with how many units each."""
    rollback_of: str = ""
    """The rollout that it takes back."""

    def queued(self, rollout: str = "") -> QueuedTask:
        """How the runs of a rollout are carried out."""
        return QueuedTask(
            actor=self.actor, approved_how=self.approved_how, thorough=self.thorough, rollout=rollout
        )


def by_cell(units: Iterable[UnitAddress]) -> Mapping[str, tuple[str, ...]]:
    """Sort units by their cells."""
    found: dict[str, list[str]] = {}
    for unit in sorted(units):
        found.setdefault(str(unit.of_cell), []).append(str(unit))
    return {cell: tuple(names) for cell, names in found.items()}


def to_json(task: RolloutTask) -> Json:
    """Write it down."""
    return {
        "queued": queued_to_json(task.queued()),
        "destroy": task.destroy,
        **({} if task.only is None else {"only": {cell: list(units) for cell, units in task.only.items()}}),
        "before": dict(task.before),
        "rollback_of": task.rollback_of,
    }


@reads("a rollout")
def from_json(text: Any) -> RolloutTask:  # noqa: ANN401  what `to_json` wrote, read back
    """Read what `to_json` wrote."""
    queued = queued_from_json(text["queued"])
    only = text.get("only")
    return RolloutTask(
        actor=queued.actor,
        approved_how=queued.approved_how,
        destroy=text["destroy"],
        thorough=queued.thorough,
        only=None if only is None else {cell: tuple(units) for cell, units in only.items()},
        before=text["before"],
        rollback_of=text["rollback_of"],
    )
