"""Drift: real resources that are not as they were applied, as runs that looked have recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cellwright.app.overview.compared import Compared
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.runs.event import UNIT_DRIFTED, Event
from cellwright.model.runs.plan import ResourceCounts, counts_from_json

_ENDING = ("unit.applied", "unit.confirmed", "unit.destroyed", "unit.renamed")
"""After these a unit is as its settings say, or is no more."""
_RUN_ENDED = "run.finished"
_ENDED = EventFilter(actions=tuple(map(action_pattern, _ENDING)))
_DRIFTED = EventFilter(actions=(action_pattern(UNIT_DRIFTED),))
_EITHER = EventFilter(actions=(*_DRIFTED.actions, *_ENDED.actions, action_pattern(_RUN_ENDED)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A unit whose real resources differ from what was applied."""

    sequence: int
    """The event's number."""
    unit: UnitAddress
    run: str
    """The run that has looked."""
    found: str
    """When: UTC, ISO 8601."""
    actor: str
    counts: ResourceCounts
    resources: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(slots=True)
class DriftReader:
    """Follows the events about drift; each is read once."""

    _after: int = 0
    _open: dict[UnitAddress, Drift] = field(default_factory=dict)

    def read(self, session: FleetSession, compared: Compared) -> tuple[Drift, ...]:
        """Give the drift that no later run has repaired, or found to be gone; the newest first.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        if compared.sequence < self._after:  # another ledger
            self._after, self._open = 0, {}
        ledger = session.ledger()
        looked_again = self._after == 0
        # Most of a long trail is about applies: at first only drift is read, and what became of it.
        for event in ledger.reader.events(self._after, only=_EITHER if self._after else _DRIFTED):
            looked_again = looked_again or event.action == _RUN_ENDED
            self._follow(event)
        if self._after == 0:
            self._leave_out_ended(ledger.reader)
        if looked_again:
            self._leave_out_gone(AtWork(ledger.database))
        self._after = compared.sequence
        return tuple(sorted(self._open.values(), key=lambda item: (item.found, item.unit), reverse=True))

    def _leave_out_ended(self, reader: LedgerReader) -> None:
        for unit, drift in list(self._open.items()):
            newest = reader.latest_events(1, str(unit), _ENDED)
            if any(event.sequence > drift.sequence for event in newest):
                del self._open[unit]

    def _leave_out_gone(self, at_work: AtWork) -> None:
        for unit, drift in list(self._open.items()):
            if at_work.found_as_applied_since(drift.run, unit):
                del self._open[unit]

    def _follow(self, event: Event) -> None:
        try:
            unit = UnitAddress.parse(event.subject)
        except AddressError:
            return
        if event.action in _ENDING:
            self._open.pop(unit, None)
        elif event.action == UNIT_DRIFTED and (found := _drift(unit, event)) is not None:
            self._open[unit] = found


def _drift(unit: UnitAddress, event: Event) -> Drift | None:
    """Read an event; None if somebody has changed it: `events verify` says so."""
    detail: Mapping[str, Any] = event.detail
    try:
        counts = counts_from_json(detail["counts"])
        resources, outputs = (tuple(map(str, detail[key])) for key in ("resources", "outputs"))
        run = str(detail["run"])
    except (LookupError, TypeError):
        return None
    return Drift(
        sequence=event.sequence,
        unit=unit,
        run=run,
        found=event.time,
        actor=event.actor,
        counts=counts,
        resources=resources,
        outputs=outputs,
    )
