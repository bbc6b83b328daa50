"""The dependency graph of units. Immutable."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit

Why = Literal["output", "needs"]


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`source` depends on `target`: it takes an output of it, or lists it in `needs`."""

    source: UnitAddress
    target: UnitAddress
    why: Why


@dataclass(frozen=True, slots=True)
class Graph:
    """Units and what each depends on directly; only units that are part of the graph appear."""

    upstreams: Mapping[UnitAddress, frozenset[UnitAddress]]

    @classmethod
    def of(cls, units: Iterable[Unit]) -> "Graph":
        """Make the graph of `units`; dependencies on others are left out."""
        known = {unit.address: unit.upstreams() for unit in units}
        return cls({address: frozenset(ups & known.keys()) for address, ups in known.items()})

    def downstreams(self) -> dict[UnitAddress, set[UnitAddress]]:
        """For each unit, the units that depend on it directly."""
        found: dict[UnitAddress, set[UnitAddress]] = {address: set() for address in self.upstreams}
        for address, ups in self.upstreams.items():
            for upstream in ups:
                found[upstream].add(address)
        return found

    def ordered(self) -> tuple[UnitAddress, ...]:
        """All units, each after those that it depends on; otherwise by address, so that the order is stable.

        Raises:
            ValueError: the graph has a cycle (a checked fleet has none).
        """
        waiting = {address: len(ups) for address, ups in self.upstreams.items()}
        downstreams = self.downstreams()
        ready = sorted((address for address, count in waiting.items() if not count), reverse=True)
        order: list[UnitAddress] = []
        while ready:
            address = ready.pop()
            order.append(address)
            freed = []
            for downstream in downstreams[address]:
                waiting[downstream] -= 1
                if not waiting[downstream]:
                    freed.append(downstream)
            ready.extend(sorted(freed, reverse=True))
        if len(order) != len(waiting):
            raise ValueError("the units depend on each other in a cycle")
        return tuple(order)

    def reversed(self) -> "Graph":
        """The graph for destroying: a unit comes after those that depend on it."""
        return Graph({address: frozenset(found) for address, found in self.downstreams().items()})

    def with_upstreams(self, chosen: Iterable[UnitAddress]) -> frozenset[UnitAddress]:
        """`chosen` and all that they depend on, directly or not."""
        return _closure(chosen, self.upstreams)

    def with_downstreams(self, chosen: Iterable[UnitAddress]) -> frozenset[UnitAddress]:
        """`chosen` and all that depend on them, directly or not."""
        return _closure(chosen, self.downstreams())


def edges_of(units: Iterable[Unit]) -> Iterator[Edge]:
    """Each dependency, once for each of its causes, in a stable order."""
    for unit in sorted(units, key=lambda item: item.address):
        found = {Edge(unit.address, reference.unit, "output") for reference in unit.references()}
        found |= {Edge(unit.address, need, "needs") for need in unit.needs}
        yield from sorted(found)


def _closure(
    chosen: Iterable[UnitAddress], neighbours: Mapping[UnitAddress, Iterable[UnitAddress]]
) -> frozenset[UnitAddress]:
    reached = set(chosen)
    frontier = list(reached)
    while frontier:
        for neighbour in neighbours.get(frontier.pop(), ()):
            if neighbour not in reached:
                reached.add(neighbour)
                frontier.append(neighbour)
    return frozenset(reached)
