"""Units that a run is working on: an apply counts as failed until it has succeeded, so `status` says so."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus

if TYPE_CHECKING:  # few fleets have failed units
    from cellwright.ledger.lease_values import Held


def with_units_in_progress(
    statuses: tuple[UnitStatus, ...], holders: Callable[[], Mapping[UnitAddress, "Held"]]
) -> tuple[UnitStatus, ...]:
    """Add to each failed unit who is working on it now, or was when it was killed.

    `holders` is called only if there are failed units.
    """
    if all(item.status is not Status.FAILED for item in statuses):
        return statuses
    held = holders()
    return tuple(_with_holder(item, held.get(item.address)) for item in statuses)


def _with_holder(found: UnitStatus, held: "Held | None") -> UnitStatus:
    if found.status is not Status.FAILED or held is None:
        return found
    reason = _of_holder(held)
    return found if reason is None else replace(found, reasons=(reason, *found.reasons))


def _of_holder(held: "Held") -> Reason | None:
    """Say who is at work, or was when its process ended; None if neither is known."""
    from cellwright.engine.lease.liveness import ProcessIdentity  # noqa: PLC0415  for failed units only

    holder = held.holder
    alive = ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()
    if alive is True or (alive is None and held.expires > datetime.now(UTC)):
        return Reason(ReasonKind.WORK, f"being worked on by {holder}")
    if alive is None:
        return None
    return Reason(
        ReasonKind.STATE,
        f"run {holder.run} was at it when its process ended; `cellwright runs` names what goes on with it",
    )
