"""Decides which units of a run may start now, and which never will. Pure; for one thread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunUnit
from cellwright.planning.graph import Graph


@dataclass(slots=True)
class Schedule:
    """A run's units in their order.

    A unit starts when all that it depends on in this run has succeeded and every unit of the earlier
    waves is over. Every step but `stop_after` costs in proportion to what it touches, not to the run.
    """

    graph: Graph
    parts: Mapping[UnitAddress, RunUnit]
    _waiting: dict[UnitAddress, set[UnitAddress]] = field(init=False)
    """What each unit that is not over still waits for."""
    _downstreams: dict[UnitAddress, set[UnitAddress]] = field(init=False)
    _open: dict[int, int] = field(init=False)
    """How many units of each wave are not over."""
    _free: dict[int, list[UnitAddress]] = field(init=False)
    """Units of each wave that wait for nobody and were not handed out."""
    _handed_out: set[UnitAddress] = field(init=False, default_factory=set)
    _ranks: dict[UnitAddress, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count what each unit waits for."""
        self._ranks = {address: number for number, address in enumerate(self.parts)}
        self._waiting = {address: set(self.graph.upstreams[address]) for address in self.parts}
        self._downstreams = self.graph.downstreams()
        waves = {part.wave for part in self.parts.values()}
        self._open = dict.fromkeys(waves, 0)
        self._free = {wave: [] for wave in waves}
        for address, part in self.parts.items():
            self._open[part.wave] += 1
            if not self._waiting[address]:
                self._free[part.wave].append(address)

    def ready(self) -> list[RunUnit]:
        """Hand out, once each, the units that may start now; in the order of `parts`."""
        wave = min((number for number, count in self._open.items() if count), default=None)
        if wave is None or not self._free[wave]:
            return []
        free = sorted((one for one in self._free[wave] if one in self._waiting), key=self._ranks.__getitem__)
        self._free[wave] = []
        self._handed_out.update(free)
        return [self.parts[address] for address in free]

    def succeeded(self, address: UnitAddress) -> None:
        """Note that a unit has succeeded; units that waited only for it may start."""
        self._close(address)
        for downstream in self._downstreams[address]:
            waits = self._waiting.get(downstream)
            if waits and address in waits:
                waits.discard(address)
                if not waits:
                    self._free[self.parts[downstream].wave].append(downstream)

    def failed(self, address: UnitAddress) -> tuple[UnitAddress, ...]:
        """Give up on all that depends on `address`, however far; return those units in order."""
        self._close(address)
        lost: list[UnitAddress] = []
        frontier = list(self._downstreams[address])
        while frontier:
            unit = frontier.pop()
            if unit in self._waiting:
                self._close(unit)
                lost.append(unit)
                frontier.extend(self._downstreams[unit])
        return tuple(sorted(lost))

    def stop_after(self, wave: int) -> tuple[UnitAddress, ...]:
        """Give up on every unit of the waves after `wave`; return those units in order."""
        later = [address for address in self._waiting if self.parts[address].wave > wave]
        for address in later:
            self._close(address)
        return tuple(sorted(later))

    def left(self) -> tuple[UnitAddress, ...]:
        """The units that are not over and were not handed out."""
        return tuple(sorted(self._waiting.keys() - self._handed_out))

    def _close(self, address: UnitAddress) -> None:
        if self._waiting.pop(address, None) is not None:
            self._open[self.parts[address].wave] -= 1


def schedule_of(parts: Iterable[RunUnit], graph: Graph) -> Schedule:
    """Make the schedule of a run; dependencies on units outside the run are met already."""
    chosen = {part.address: part for part in parts}
    within = {
        address: frozenset(graph.upstreams.get(address, frozenset()) & chosen.keys()) for address in chosen
    }
    return Schedule(Graph(within), chosen)
