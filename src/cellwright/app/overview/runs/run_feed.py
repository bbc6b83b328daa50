"""Follows one run for all who watch it: asks the ledger what has changed since it last asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cellwright.app.overview.runs.live_unit import NOTHING_YET, LiveUnit, after
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.rows import load_address
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.open_questions import OpenQuestions
from cellwright.ledger.read.run_unit_query import RunUnitQuery
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.runs.run import RunStatus

_AT_ONCE = 2_000
"""Stored events that are read at once."""
MOST_ROWS = 400
"""Changed units that are told one by one; if more have changed, the page is to be loaded again."""


@dataclass(slots=True)
class RunFeed:
    """What is known of a run, and when each of its units has changed. For one thread at a time.

    `version` grows with every change that is seen. Whoever has seen a version is told what has changed since.
    """

    session: FleetSession
    run: str
    version: int = 0
    over: bool = False
    """Whether the run had ended when it was last asked for."""
    places: Mapping[UnitAddress, str] = field(default_factory=dict)
    """Where each unit is."""
    live: dict[UnitAddress, LiveUnit] = field(default_factory=dict)
    """What the units that are not over are doing."""
    _names: Mapping[str, str] = field(default_factory=dict)
    """`places`, by the units' addresses as text."""
    _changed: dict[UnitAddress, int] = field(default_factory=dict)
    _last_event: dict[UnitAddress, int] = field(default_factory=dict)
    """The number of the last stored event about each unit."""
    _touched: set[UnitAddress] = field(default_factory=set)
    """Units about which something was read that no version tells yet."""
    _seen: int = 0
    """The last stored event that was read."""
    _state: object = None
    """All that may change without any stored event."""

    def advance(self) -> bool:
        """Look at the ledger; tell whether anything has changed.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        ledger = self.session.ledger()
        # What was read stays noted if the ledger fails after it: it is not read a second time.
        self._read_progress(ledger)
        state = self._state_of(ledger)
        if not self._touched and state == self._state:
            return False
        # Few of the many have moved: only these are made into addresses.
        names = RunUnitQuery(ledger.database).places_by_name(self.run)
        moved = {load_address(name): place for name, place in names.items() if self._names.get(name) != place}
        gone = {load_address(name) for name in self._names.keys() - names.keys()}
        places = {unit: place for unit, place in self.places.items() if unit not in gone} | moved
        self._touched |= moved.keys()
        self._state, self._names, self.places = state, names, places
        self.version += 1
        for unit in self._touched & places.keys():
            self._changed[unit] = self.version
        self._touched = set()
        return True

    def changed_since(self, version: int, event: int | None = None) -> Collection[UnitAddress]:
        """Give the units that have changed since a version, or since a stored event (for version 0).

        The units that are at work always belong to the latter: what they do is on no page before it is told.
        """
        if version > 0:
            return tuple(unit for unit, at in self._changed.items() if at > version)
        since = self._seen if event is None else event
        later = (unit for unit, at in self._last_event.items() if at > since)
        return tuple(dict.fromkeys((*(unit for unit in self.live if unit in self.places), *later)))

    def _read_progress(self, ledger: Ledger) -> None:
        while events := ledger.progress.after(self.run, self._seen, _AT_ONCE):
            for event in events:
                unit = _address(event.unit)
                if unit is not None:
                    self._touched.add(unit)
                    self._last_event[unit] = event.id
                    self.live[unit] = after(self.live.get(unit, NOTHING_YET), event)
                    if event.kind == "unit_finished":
                        del self.live[unit]
            self._seen = events[-1].id
            if len(events) < _AT_ONCE:
                break

    def _state_of(self, ledger: Ledger) -> object:
        summary = ledger.reader.summary(self.run)
        self.over = summary is None or summary.status is not RunStatus.RUNNING
        cancel = ledger.cancels.of_run(self.run)
        pause = ledger.pauses.of_run(self.run)
        waiting = OpenQuestions(ledger.database).count(self.run)
        waves = RunUnitQuery(ledger.database).by_wave(self.run)
        turn = ledger.reader.run_turn(self.run)
        return (summary.status if summary else None, cancel, pause, waiting, waves, turn)


def _address(text: str | None) -> UnitAddress | None:
    try:
        return UnitAddress.parse(text) if text is not None else None
    except AddressError:
        return None
