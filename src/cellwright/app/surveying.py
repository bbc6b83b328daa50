"""Where the units of an open fleet stand: at a glance where that is enough, else unit by unit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from cellwright.app.opening import OpenFleet
from cellwright.app.states import state_mark
from cellwright.fleet.facts import CellFacts
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.forked import shared
from cellwright.fleet.kept_file import read_kept, stamp_of, write_kept
from cellwright.fleet.packing import Packed
from cellwright.fleet.roster import Roster
from cellwright.ledger.reader import LedgerReader
from cellwright.ledger.views import HeadsView
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.fingerprint import FORMAT
from cellwright.planning.glance import Glance, Memory, Rows
from cellwright.planning.standing import Record, Surveyor

_FILE = "settings"
_LOCAL = "local"

_AT_ONCE = 500
"""Units whose ledger entries are read in one statement."""

_WORTH_SHARING = 2_000
"""From so many units on, half of them are looked at in a second process."""


class Survey:
    """One look at a fleet and its ledger; reads the ledger in one pass each for heads and outputs."""

    def __init__(self, fleet: OpenFleet) -> None:
        reader = fleet.ledger.reader
        self._fleet = fleet
        self.heads: HeadsView = reader.heads_view()
        outputs = reader.outputs_view()
        self._applied = _AppliedUnits(reader)
        self._surveyor = Surveyor(
            Record(
                heads=self.heads,
                outputs=outputs,
                applied=self._applied,
                state_mark=lambda unit: state_mark(fleet.home, unit),
            ),
            cache(fleet.stacks.facts),
            fleet.digester,
        )
        self._path = fleet.home.cache / _FILE
        self._stamp = stamp_of(str(FORMAT), fleet.digester.keyed("settings"))
        self._units = fleet.fleet.units
        self._glance = Glance(
            facts=_facts(fleet.fleet),
            units=self._units,
            rows=Rows(
                heads={text: row[:3] for text, row in self.heads.rows.items()},
                outputs=outputs.texts,
                sources=cache(reader.sources),
            ),
            memory=_remembered(self._path, self._stamp),
            surveyor=self._surveyor,
            has_marks=fleet.fleet.backend == _LOCAL,
        )

    def statuses(self, chosen: Collection[UnitAddress]) -> tuple[UnitStatus, ...]:
        """Find where every chosen unit stands, in address order; switched-off and unknown ones to destroy."""
        found = list(self._glance.statuses(chosen))
        closer = [item for item in found if isinstance(item, UnitAddress)]
        examined = iter(self._examined(closer))
        statuses = tuple(next(examined) if isinstance(item, UnitAddress) else item for item in found)
        if self._glance.memory.changed:
            write_kept(self._path, self._stamp, self._glance.memory.known)
        return statuses

    def _examined(self, addresses: Sequence[UnitAddress]) -> Iterator[UnitStatus]:
        forked = self._fleet.ledger.database.forked
        for part in shared(addresses, self._examine, least=_WORTH_SHARING, first=forked):
            for cell, digests in part[1]:
                self._glance.remember(CellAddress(*cell), digests)
            yield from map(_status, part[0])

    def _examine(self, addresses: Sequence[UnitAddress]) -> tuple[list[object], list[object]]:
        """Look closely; as built-in types, as it may be done in another process."""
        statuses: list[object] = []
        learned: list[object] = []
        for chunk in _chunks(addresses):
            self._applied.prepare(chunk)
            for (level, cell), group in groupby(chunk, key=lambda item: (item.level, item.cell)):
                digests: dict[str, str | None] = {}
                for address in group:
                    status, digests[address.stack] = self._surveyor.examine(self._units[address])
                    statuses.append(_plain(status))
                learned.append(((level, cell), digests))
        return statuses, learned


class _AppliedUnits:
    """Ledger entries, read for many units in one statement."""

    def __init__(self, reader: LedgerReader) -> None:
        self._reader = reader
        self._ready: dict[UnitAddress, AppliedUnit | None] = {}

    def prepare(self, addresses: Collection[UnitAddress]) -> None:
        """Read these entries and forget the ones before."""
        self._ready = dict.fromkeys(addresses) | self._reader.applied(addresses)

    def __call__(self, address: UnitAddress) -> AppliedUnit | None:
        if address not in self._ready:
            self.prepare([address])
        return self._ready[address]


def _facts(fleet: Fleet) -> Mapping[CellAddress, CellFacts]:
    if not isinstance(fleet.units, Roster):
        raise TypeError("a fleet that was loaded has its units by their cells' facts")
    return fleet.units.facts


def _remembered(path: Path, stamp: bytes) -> Memory:
    found = read_kept(path, stamp)
    return Memory(found if isinstance(found, dict) else {})


def _chunks(addresses: Sequence[UnitAddress]) -> Iterator[Sequence[UnitAddress]]:
    return (addresses[start : start + _AT_ONCE] for start in range(0, len(addresses), _AT_ONCE))


def _plain(status: UnitStatus) -> Packed:
    address = status.address
    reasons = [(reason.kind.value, reason.summary) for reason in status.reasons]
    return (address.level, address.cell, address.stack, status.status.value, reasons)


def _status(plain: Packed) -> UnitStatus:
    level, cell, stack, status, reasons = plain
    told = tuple(Reason(ReasonKind(kind), summary) for kind, summary in reasons)
    return UnitStatus(UnitAddress(level, cell, stack), Status(status), told)
