"""Which exceptions from policies were in force, gathered from the plans that were judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.evidence.sorting import Row, text_of
from cellwright.model.runs.event import PLAN_JUDGED, Event
from cellwright.model.value import Json

_FIELDS = ("rule", "stack", "resource", "person", "reason", "until")


@dataclass(slots=True)
class ExceptionsSeen:
    """Sees events go by; each exception counts once, however many plans it was there for."""

    _found: dict[tuple[str, ...], dict[str, Json]] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Take one event; others than verdicts change nothing."""
        found = event.detail.get("exceptions") if event.action == PLAN_JUDGED else None
        cell = event.subject.rpartition("/")[0]
        for item in found if isinstance(found, list) else ():
            if isinstance(item, Mapping):
                self._add(event, cell, [text_of(item.get(name)) for name in _FIELDS])

    def rows(self) -> Iterator[Row]:
        """Give a row for each exception."""
        for key in sorted(self._found):
            yield self._found[key]

    def _add(self, event: Event, cell: str, values: list[str]) -> None:
        row = self._found.setdefault(
            (cell, *values),
            {"cell": cell, **dict(zip(_FIELDS, values, strict=True)), "plans": 0, "first": event.sequence},
        )
        row["plans"] = int(str(row["plans"])) + 1
        row["last"] = event.sequence
