"""Units whose downloaded modules are not those that were fetched last for the same stack."""

from collections.abc import Sequence
from dataclasses import replace

from cellwright.model.fetched_module import FetchedModule, FetchRecord, moved, newest
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus


def with_moved_modules(
    statuses: Sequence[UnitStatus], records: Sequence[FetchRecord]
) -> tuple[UnitStatus, ...]:
    """Complete statuses: a unit is changed if another one of its stack was applied later with other modules.

    What `init` would fetch now can't be known without a network; what it fetched last is on record.
    """
    latest, known = newest(records), {item.unit: item for item in records}
    return tuple(_completed(item, known.get(str(item.address)), latest) for item in statuses)


def _completed(
    status: UnitStatus, record: FetchRecord | None, latest: dict[str, tuple[FetchedModule, ...]]
) -> UnitStatus:
    if record is None or status.status not in {Status.UP_TO_DATE, Status.CHANGED}:
        return status
    if any(reason.kind is ReasonKind.SOURCE for reason in status.reasons):
        return status  # recorded with another source
    found = moved(record.modules, latest[record.source_digest])
    reasons = tuple(Reason(ReasonKind.SOURCE, what) for what in found)
    if not reasons:
        return status
    return replace(status, status=Status.CHANGED, reasons=(*status.reasons, *reasons))
