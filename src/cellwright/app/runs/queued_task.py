"""How a run in the queue is carried out, and for whom: a value that any worker reads from the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan_options import USUAL, PlanOptions, options_from_json, options_to_json
from cellwright.model.value import Json
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask:
    """What a worker needs to know of a run besides its units."""

    actor: Actor
    """Whoever has asked for it: what is done is recorded as done by them."""
    approved_how: str = ""
    """How every plan was approved beforehand; empty where each waits for an answer."""
    parallel: int | None = None
    """So many units of the run at once at most; None: as many as there are hands."""
    thorough: bool = False
    acceptance: StateAcceptance = field(default=NOTHING_ACCEPTED)
    move_states: bool = False
    looks: bool = False
    """Only looks for drift: units whose settings have changed are left alone."""
    rollout: str = ""
    """The rollout that it is a part of: it is carried out with the settings at the run's commit, whatever the
    fleet's folder has by then, and its plans may be compared with those of the rollout's other runs."""
    not_before: datetime | None = None
    """When the run may begin; None: at once. The queue keeps it as a pause, which anybody may end."""
    options: PlanOptions = USUAL
    """How plans are made."""
    commit: str | None = None
    """That of a resumed run: it was checked there; None: that at which the run was started."""


def to_json(task: QueuedTask) -> Json:
    """Write it down."""
    return {
        "actor": {
            "name": task.actor.name,
            "named_by": task.actor.named_by,
            "vouchers": [_voucher_to_json(item) for item in task.actor.vouchers],
        },
        "approved_how": task.approved_how,
        "parallel": task.parallel,
        "thorough": task.thorough,
        "accepted": {
            "units": sorted(map(str, task.acceptance.units)),
            "reason": task.acceptance.reason,
        },
        "move_states": task.move_states,
        "commit": task.commit,
        "rollout": task.rollout,
        **({"looks": True} if task.looks else {}),
        **({"options": options_to_json(task.options)} if task.options else {}),
    }


@reads("how a queued run is carried out")
def from_json(text: Any) -> QueuedTask:  # noqa: ANN401  what `to_json` wrote, read back
    """Read what `to_json` wrote."""
    fields: Mapping[str, Any] = text
    actor, accepted = fields["actor"], fields["accepted"]
    return QueuedTask(
        actor=Actor(
            actor["name"], actor["named_by"], tuple(_voucher_from_json(item) for item in actor["vouchers"])
        ),
        approved_how=fields["approved_how"],
        parallel=fields["parallel"],
        thorough=fields["thorough"],
        acceptance=StateAcceptance.of(
            (UnitAddress.parse(unit) for unit in accepted["units"]), accepted["reason"]
        ),
        move_states=fields["move_states"],
        commit=fields.get("commit"),
        rollout=fields.get("rollout", ""),
        looks=fields.get("looks", False),
        options=options_from_json(fields.get("options")),
    )


def _voucher_to_json(voucher: Voucher) -> Json:
    return {
        "kind": voucher.kind.value,
        "name": voucher.name,
        "checked": voucher.checked,
        "facts": [[name, value] for name, value in voucher.facts],
    }


def _voucher_from_json(text: Any) -> Voucher:  # noqa: ANN401  as `from_json`
    facts = tuple((name, value) for name, value in text["facts"])
    return Voucher(VoucherKind(text["kind"]), text["name"], text["checked"], facts)
