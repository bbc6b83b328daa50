"""Compares the units of a loaded fleet with its ledger: by remembered digests, else by their settings."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path

from cellwright.app.session.home import Home
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.unit_table import unit_table
from cellwright.ledger.read.unit_reader import UnitReader
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit, StateMark
from cellwright.model.fetched_module import FetchRecord
from cellwright.model.runs.change import UnitStatus
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import FORMAT, StackFacts
from cellwright.planning.module_status import with_moved_modules
from cellwright.planning.quick_status import LedgerRows, QuickStatus, SettingsMemory
from cellwright.planning.unit_status import Evidence, StatusEvaluator

_FILE = "settings"
_FILE_FORMAT = 5
"""Raised whenever the cache file's content changes its form."""

_LOCAL = "local"

_UNITS_AT_ONCE = 500
"""Units whose ledger entries are read in one statement."""


class Recorded:
    """What the ledger records, as far as statuses depend on it; each part is read when it is first used."""

    def __init__(
        self,
        ledger: UnitReader,
        within: Sequence[str] | None = None,
        known: tuple[HeadsView, OutputsView] | None = None,
    ) -> None:
        self._ledger = ledger
        self._known = known
        """Heads and outputs, where the caller has read them."""
        self.within = within
        """Restricts what is read to units whose addresses begin with one of these texts; None is all."""
        self.fetching = False
        """Whether a stack has come up for which modules are downloaded."""
        self._expected: Collection[UnitAddress] = ()
        self._applied: dict[UnitAddress, AppliedUnit | None] = {}

    @property
    def heads(self) -> HeadsView:
        """What decides whether a unit changed."""
        return self._heads_and_outputs[0]

    @property
    def outputs(self) -> OutputsView:
        """Every unit's outputs."""
        return self._heads_and_outputs[1]

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Every unit's source digest and label."""
        return self._ledger.sources(self.within)

    @cached_property
    def fetched(self) -> Sequence[FetchRecord]:
        """The modules with which units of the whole fleet were applied last."""
        return self._ledger.fetched_modules()

    def expect(self, addresses: Collection[UnitAddress]) -> None:
        """Read these units' entries at once, when `applied` asks for the first; forget earlier ones."""
        self._expected = addresses
        self._applied = {}

    def applied(self, address: UnitAddress) -> AppliedUnit | None:
        """All that is recorded of a unit."""
        if address not in self._applied:
            wanted = self._expected if address in self._expected else (address,)
            self._applied = {**dict.fromkeys(wanted), **self._ledger.applied(wanted)}
        return self._applied[address]

    @cached_property
    def _heads_and_outputs(self) -> tuple[HeadsView, OutputsView]:
        return self._known or self._ledger.heads_and_outputs(self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusContext:
    """What a comparison needs besides the fleet."""

    home: Home
    stacks: Callable[[StackPin], StackFacts]
    digester: Digester
    recorded: Recorded

    def evaluator(self) -> StatusEvaluator:
        """What tells a unit's status by its settings."""
        evidence = Evidence(
            heads=self.recorded.heads,
            outputs=self.recorded.outputs,
            applied=self.recorded.applied,
            state_mark=self._state_mark,
            expect=self.recorded.expect,
        )
        return StatusEvaluator(evidence, cache(self._noted), self.digester)

    def _state_mark(self, unit: Unit) -> StateMark | None:
        # Imported for states that lie on this machine: it brings Terraform's rooms.
        from cellwright.app.status.state_marks import state_mark  # noqa: PLC0415

        return state_mark(self.home, unit)

    def _noted(self, pin: StackPin) -> StackFacts:
        facts = self.stacks(pin)
        self.recorded.fetching |= facts.fetches
        return facts


class Comparison:
    """A loaded fleet and its ledger at one moment."""

    def __init__(
        self,
        context: StatusContext,
        fleet: Fleet,
        during_load: StatusesDuringLoad | None = None,
        memory: SettingsMemory | None = None,
    ) -> None:
        """Compare a fleet; `memory` is that of an earlier comparison: it is not read or written again."""
        self.heads = context.recorded.heads
        self._recorded = context.recorded
        self._units = unit_table(fleet)
        self._during_load = during_load
        self._evaluator = context.evaluator()
        self._whole = fleet.within is None
        self._keeps = self._whole and memory is None
        self._path = context.home.cache / _FILE
        self._stamp = cache_stamp(str(FORMAT), str(_FILE_FORMAT), context.digester.keyed("settings", "cache"))
        self._quick = QuickStatus(
            cells=self._units.summaries,
            rows=LedgerRows(
                heads=self.heads.rows,
                outputs=context.recorded.outputs.texts,
                sources=lambda: context.recorded.sources,
            ),
            # The file is about all cells, so that it is of use to a fleet loaded whole only.
            memory=memory or (_remembered(self._path, self._stamp) if self._whole else SettingsMemory({})),
            stacks=self._evaluator.stacks,
            state_mark=self._evaluator.evidence.state_mark if fleet.backend == _LOCAL else None,
        )

    @property
    def memory(self) -> SettingsMemory:
        """The digests of settings that are remembered by now."""
        return self._quick.memory

    def statuses(self, chosen: Collection[UnitAddress] | None = None) -> tuple[UnitStatus, ...]:
        """The statuses of these units, or of all units of fleet and ledger (None), by address.

        A unit that is switched off, or gone from the fleet, has one if the ledger knows it: to be destroyed.
        """
        quick = self._quick.all_statuses() if chosen is None else self._quick.statuses(chosen)
        found = list(quick)
        by_settings = self._by_settings([item for item in found if isinstance(item, UnitAddress)])
        self._keep_digests()
        statuses = tuple(by_settings[item] if isinstance(item, UnitAddress) else item for item in found)
        return with_moved_modules(statuses, self._recorded.fetched) if self._recorded.fetching else statuses

    def _by_settings(self, addresses: Sequence[UnitAddress]) -> dict[UnitAddress, UnitStatus]:
        found: dict[UnitAddress, UnitStatus] = {}
        if self._during_load is not None:
            for address in addresses:
                if (status := self._during_load.status(address)) is not None:
                    found[address] = status
        for part in _parts([address for address in addresses if address not in found]):
            found.update(self._evaluated(part))
        return found

    def _evaluated(self, addresses: Sequence[UnitAddress]) -> Iterator[tuple[UnitAddress, UnitStatus]]:
        self._recorded.expect(addresses)
        for cell, group in groupby(addresses, key=lambda item: (item.level, item.cell)):
            digests: dict[str, str | None] = {}
            for unit in self._units.of_stacks(CellAddress(*cell), {address.stack for address in group}):
                status, digest = self._evaluator.evaluate(unit, upstreams_applied=True)
                digests[unit.address.stack] = digest
                yield unit.address, status
            self._quick.remember(CellAddress(*cell), digests)

    def _keep_digests(self) -> None:
        for cell, digests in self._during_load.digests() if self._during_load is not None else ():
            self._quick.remember(cell, digests)
        if self._keeps and self._quick.memory.changed:
            write_cache(self._path, self._stamp, self._quick.memory.known)


def _remembered(path: Path, stamp: bytes) -> SettingsMemory:
    found = read_cache(path, stamp)
    return SettingsMemory(found if isinstance(found, dict) else {})


def _parts(addresses: Sequence[UnitAddress]) -> Iterable[Sequence[UnitAddress]]:
    return (addresses[start : start + _UNITS_AT_ONCE] for start in range(0, len(addresses), _UNITS_AT_ONCE))
