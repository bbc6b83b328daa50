"""Which resources are gone, told from the attempts at the units that they were in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cellwright.model.address import UnitAddress
from cellwright.model.runs.removal import RemovalEnd, RemovalRecord

APPLIED = "the apply ended well"
MISSING_LATER = "the apply did not end well; the unit's later plans no longer had it"


def gone(records: Iterable[RemovalRecord]) -> tuple[tuple[RemovalRecord, str, str], ...]:
    """Give the resources that are gone, each with its time and how that is known; of units that are gone.

    A resource of an attempt that did not end well counts as gone if no later attempt at the unit had it in
    its plan: then Terraform no longer had it in the state.
    """
    by_unit: dict[UnitAddress, list[RemovalRecord]] = defaultdict(list)
    for record in records:
        by_unit[record.unit].append(record)
    found = [item for unit in by_unit.values() for item in _of_unit(unit)]
    return tuple(sorted(found, key=lambda item: (item[1], str(item[0].unit), item[0].resource.address)))


def _of_unit(records: Sequence[RemovalRecord]) -> Iterable[tuple[RemovalRecord, str, str]]:
    order = {key: place for place, key in enumerate(dict.fromkeys(map(_attempt, _by_time(records))))}
    last: dict[tuple[str, str], int] = {}
    for record in records:
        named = (record.resource.address, record.resource.deposed)
        last[named] = max(last.get(named, -1), order[_attempt(record)])
    for record in records:
        if record.ended is RemovalEnd.APPLIED:
            yield record, record.ended_at or record.begun_at, APPLIED
        elif order[_attempt(record)] == last[record.resource.address, record.resource.deposed]:
            yield record, record.ended_at or record.begun_at, MISSING_LATER


def _by_time(records: Sequence[RemovalRecord]) -> list[RemovalRecord]:
    return sorted(records, key=lambda item: (item.begun_at, item.run, item.attempt))


def _attempt(record: RemovalRecord) -> tuple[str, int]:
    return record.run, record.attempt
