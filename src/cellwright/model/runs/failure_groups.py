"""Failures with the same cause, as one.

Two failures have the same cause if what was said of them is equal, apart from the cells' own names and from
the numbers that a provider gives to each request.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.text.own_name import without_name

_EACH_TIME = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<=\bRequestID: )[^\s,]+|(?<=\bHostID: )[^\s,]+|(?<=\brequest id: )[^\s,]+"
    r"|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"
)
"""Numbers of requests, and times: different each time that the same thing fails."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Units that failed for one cause."""

    diagnostics: tuple[Diagnostic, ...]
    """What was said of the first unit."""
    units: tuple[UnitAddress, ...]
    exact: bool
    """False if what was said of the others differs in names, or in numbers of requests."""


def failure_groups(
    failures: Iterable[tuple[UnitAddress, tuple[Diagnostic, ...]]],
) -> tuple[FailureGroup, ...]:
    """Group failures by cause; the largest groups first, then in the given order."""
    groups: dict[object, list[tuple[UnitAddress, tuple[Diagnostic, ...]]]] = {}
    for unit, diagnostics in failures:
        groups.setdefault(tuple(_cause(item, unit) for item in diagnostics), []).append((unit, diagnostics))
    found = (
        FailureGroup(
            members[0][1],
            tuple(unit for unit, _ in members),
            exact=all(said == members[0][1] for _, said in members),
        )
        for members in groups.values()
    )
    return tuple(sorted(found, key=lambda group: -len(group.units)))


def _cause(item: Diagnostic, unit: UnitAddress) -> tuple[object, ...]:
    place = item.position
    return (
        item.severity,
        same_each_time(item.summary, unit.cell),
        same_each_time(item.detail, unit.cell),
        place and (without_name(place.file, unit.cell), place.line),
    )


def same_each_time(text: str, cell: str) -> str:
    """Take out what differs each time that the same thing fails: the cell's name, times, numbers."""
    return _EACH_TIME.sub("\0time", without_name(text, cell))
