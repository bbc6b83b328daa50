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
    """Add to each failed unit who is working on it now, if somebody is.

    `holders` is called only if there are failed units.
    """
    if all(item.status is not Status.FAILED for item in statuses):
        return statuses
    held = holders()
    return tuple(_with_holder(item, held.get(item.address)) for item in statuses)


def _with_holder(found: UnitStatus, held: "Held | None") -> UnitStatus:
    if found.status is not Status.FAILED or held is None or not _is_working(held):
        return found
    note = Reason(ReasonKind.STATE, f"being worked on by {held.holder}; not failed until that ends")
    return replace(found, reasons=(note, *found.reasons))


def _is_working(held: "Held") -> bool:
    from cellwright.engine.lease.liveness import ProcessIdentity  # noqa: PLC0415  for failed units only

    holder = held.holder
    alive = ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()
    return alive is True or (alive is None and held.expires > datetime.now(UTC))
