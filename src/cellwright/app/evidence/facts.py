"""Facts about the trail as rows: the checks that hold, its anchors, and how far it goes back, counted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cellwright.app.evidence.trail import Followed
from cellwright.evidence.judging import Gap
from cellwright.evidence.sorting import Row

SIX_YEARS = timedelta(days=6 * 365 + 2)
"""45 CFR 164.316(b)(2)(i)."""


def chain_rows(found: Followed) -> Iterator[Row]:
    """Give the checks of the chain that hold; none if anything is wrong with it."""
    if found.faults or not found.count:
        return
    yield {"check": "each event has the hash of the one before it", "found": f"{found.count} events"}
    yield {"check": "no number is missing", "found": f"1 to {found.head.sequence}"}
    yield {
        "check": "it ends where the ledger says",
        "found": f"event {found.head.sequence}, {found.head.hash}",
    }
    if found.vouched:
        yield {
            "check": "it has every event that is anchored outside",
            "found": f"{len(found.vouched)} anchors",
        }
    if found.set_back:
        yield {
            "check": "times",
            "found": f"{found.set_back} events have an earlier time than one before: a clock was set back; "
            "the numbers tell the order",
        }


def anchor_rows(found: Followed) -> Iterator[Row]:
    """Give the anchors that vouch for an event of the period."""
    if found.stretch is None:
        return
    for point in sorted(found.vouched, key=lambda item: (item.sequence or 0, item.source)):
        if point.sequence is not None and point.sequence > found.stretch.before.sequence:
            yield {
                "event": point.sequence,
                "hash": point.hash,
                "place": point.source.removeprefix("the anchor in "),
            }


def retention_rows(found: Followed, prunes: int) -> Iterator[Row]:
    """Give how far the trail goes back, counted; nothing without a trail that holds."""
    if found.faults or not found.count:
        return
    days = _days(found)
    yield {"what": "first event of the trail", "found": found.first_time}
    yield {"what": "last event of the trail", "found": found.last_time}
    yield {"what": "days between them", "found": days}
    yield {"what": "events", "found": found.count}
    yield {"what": "events older than this period", "found": found.before_period}
    yield {"what": "events removed since the first one", "found": found.head.sequence - found.count}
    yield {"what": "prunes of runs' details in this period (events stay)", "found": prunes}
    left = SIX_YEARS.days - days
    told = "yes" if left <= 0 else f"not yet: the trail began {days} days ago, {left} days are left"
    yield {"what": "six years are covered", "found": told}


def fault_gaps(found: Followed, anchor_faults: tuple[str, ...]) -> Iterator[Gap]:
    """Give what is wrong with the trail, as gaps of the whole evidence."""
    for fault in (*found.faults, *anchor_faults):
        yield Gap(
            f"the audit trail does not hold: {fault}",
            "nothing in this evidence is proved behind that event; see docs/security.md, The audit trail",
        )


def _days(found: Followed) -> int:
    try:
        return (datetime.fromisoformat(found.last_time) - datetime.fromisoformat(found.first_time)).days
    except ValueError:  # somebody has changed it; the chain says so
        return 0
