"""Where the units of an open fleet stand: at a glance where that is enough, else unit by unit."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.app.session.home import Home
from cellwright.app.status.examiner import Examiner
from cellwright.app.status.state_marks import state_mark
from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.unit_table import Roster
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.change import UnitStatus
from cellwright.model.unit import StackPin
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import FORMAT
from cellwright.planning.glance import Glance, Memory, Rows
from cellwright.planning.standing import Record, StackFacts, Surveyor

if TYPE_CHECKING:  # loading the database's toolkit takes longer than most calls
    from cellwright.ledger.leases import Held

_FILE = "settings"
_KEPT = 2
"""Raise it whenever what is kept looks different."""
_LOCAL = "local"

_AT_ONCE = 500
"""Units whose ledger entries are read in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the ledger says, as far as a survey reads it."""

    heads: HeadsView
    outputs: OutputsView
    sources: Callable[[], Mapping[str, tuple[str, str]]]
    applied: Callable[[Collection[UnitAddress]], Mapping[UnitAddress, AppliedUnit]]
    holders: Callable[[], Mapping[UnitAddress, "Held"]] = dict
    """Who works on which unit now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a survey stands on besides the ledger."""

    home: Home
    fleet: Fleet
    stacks: Callable[[StackPin], StackFacts]
    digester: Digester


class Survey:
    """One look at a fleet and its ledger."""

    def __init__(self, grounds: Grounds, tables: Tables, seen: Examiner | None = None) -> None:
        self.heads = tables.heads
        self._tables = tables
        self._applied = _AppliedUnits(tables.applied)
        self._whole = grounds.fleet.within is None
        self._units = _roster(grounds.fleet)
        self._seen = seen
        self._surveyor = surveyor_of(grounds.home, grounds.stacks, grounds.digester, tables, self._applied)
        self._path = grounds.home.cache / _FILE
        self._stamp = cache_stamp(str(FORMAT), str(_KEPT), grounds.digester.keyed("settings"))
        self._glance = Glance(
            facts=self._units.facts,
            rows=Rows(
                heads=self.heads.rows,
                outputs=tables.outputs.texts,
                sources=cache(tables.sources),
            ),
            # What is remembered is remembered of all cells.
            memory=_remembered(self._path, self._stamp) if self._whole else Memory({}),
            surveyor=self._surveyor,
            has_marks=grounds.fleet.backend == _LOCAL,
        )

    def statuses(self, chosen: Collection[UnitAddress]) -> tuple[UnitStatus, ...]:
        """Find where every chosen unit stands, in address order; switched-off and unknown ones to destroy."""
        found = list(self._glance.statuses(chosen))
        closer = dict(self._told(item for item in found if isinstance(item, UnitAddress)))
        unseen = [item for item in found if isinstance(item, UnitAddress) and item not in closer]
        closer.update(zip(unseen, self._examined(unseen), strict=True))
        for cell, digests in self._seen.digests() if self._seen is not None else ():
            self._glance.remember(cell, digests)
        if self._whole and self._glance.memory.changed:
            write_cache(self._path, self._stamp, self._glance.memory.known)
        return tuple(closer[item] if isinstance(item, UnitAddress) else item for item in found)

    def _told(self, addresses: Iterable[UnitAddress]) -> Iterator[tuple[UnitAddress, UnitStatus]]:
        """Give what was seen while the fleet was loaded."""
        for address in addresses if self._seen is not None else ():
            status = self._seen.status(address) if self._seen is not None else None
            if status is not None:
                yield address, status

    def _examined(self, addresses: Sequence[UnitAddress]) -> Iterator[UnitStatus]:
        for chunk in _chunks(addresses):
            self._applied.prepare(chunk)
            for cell, group in groupby(chunk, key=lambda item: item.of_cell):
                digests: dict[str, str | None] = {}
                stacks = [address.stack for address in group]
                made = self._units.some(cell, stacks)
                units = {unit.address.stack: unit for unit in made}
                for stack in stacks:
                    status, digests[stack] = self._surveyor.examine(units[stack], ready=True)
                    yield status
                self._glance.remember(cell, digests)


def surveyor_of(
    home: Home,
    stacks: Callable[[StackPin], StackFacts],
    digester: Digester,
    tables: Tables,
    applied: Callable[[UnitAddress], AppliedUnit | None],
) -> Surveyor:
    """Make who compares units with a ledger."""
    record = Record(
        heads=tables.heads,
        outputs=tables.outputs,
        applied=applied,
        state_mark=lambda unit: state_mark(home, unit),
    )
    return Surveyor(record, cache(stacks), digester)


class _AppliedUnits:
    """Ledger entries, read for many units in one statement."""

    def __init__(self, read: Callable[[Collection[UnitAddress]], Mapping[UnitAddress, AppliedUnit]]) -> None:
        self._read = read
        self._near: Collection[UnitAddress] = ()
        self._ready: dict[UnitAddress, AppliedUnit | None] = {}

    def prepare(self, addresses: Collection[UnitAddress]) -> None:
        """Expect to be asked for some of these, and forget the ones before; reads nothing yet."""
        self._near = addresses
        self._ready = {}

    def __call__(self, address: UnitAddress) -> AppliedUnit | None:
        if address not in self._ready:
            wanted = self._near if address in self._near else (address,)
            self._ready = {**dict.fromkeys(wanted), **self._read(wanted)}
        return self._ready[address]


def _roster(fleet: Fleet) -> Roster:
    if not isinstance(fleet.units, Roster):
        raise TypeError("a fleet that was loaded has its units by their cells' facts")
    return fleet.units


def _remembered(path: Path, stamp: bytes) -> Memory:
    found = read_cache(path, stamp)
    return Memory(found if isinstance(found, dict) else {})


def _chunks(addresses: Sequence[UnitAddress]) -> Iterator[Sequence[UnitAddress]]:
    return (addresses[start : start + _AT_ONCE] for start in range(0, len(addresses), _AT_ONCE))
