"""Units at work: an apply counts as failed until it has succeeded, so whoever looks meanwhile is told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.model.address import UnitAddress
from cellwright.model.change import Reason, ReasonKind, Status, UnitStatus

if TYPE_CHECKING:  # loading the database's toolkit takes longer than most calls
    from cellwright.ledger.leases import Held


def with_work_under_way(
    statuses: tuple[UnitStatus, ...], holders: Callable[[], Mapping[UnitAddress, "Held"]]
) -> tuple[UnitStatus, ...]:
    """Say of units that count as failed who works on them now, if somebody does.

    `holders` is asked only if there are such units.
    """
    if all(item.status is not Status.FAILED for item in statuses):
        return statuses
    held = holders()
    return tuple(_told(item, held.get(item.address)) for item in statuses)


def _told(found: UnitStatus, held: "Held | None") -> UnitStatus:
    if found.status is not Status.FAILED or held is None or not _at_work(held):
        return found
    note = Reason(ReasonKind.STATE, f"being worked on by {held.holder}; not failed until that ends")
    return replace(found, reasons=(note, *found.reasons))


def _at_work(held: "Held") -> bool:
    holder = held.holder
    alive = ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()
    return alive is True or (alive is None and held.expires > datetime.now(UTC))
