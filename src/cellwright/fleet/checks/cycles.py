"""Finds cycles of dependencies between units."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from cellwright.model.address import UnitAddress

Edges: TypeAlias = Mapping[UnitAddress, Sequence[UnitAddress]]
"""For each unit those that it depends on."""


def find_cycles(edges: Edges) -> Iterator[tuple[UnitAddress, ...]]:
    """Yield shortest cycles, the first unit repeated at the end, until every cyclic unit was in one."""
    cyclic = _in_or_behind_cycles(edges)
    cyclic &= _in_or_behind_cycles(_reversed({unit: edges[unit] for unit in cyclic}))
    reported: set[UnitAddress] = set()
    for start in sorted(cyclic):
        if start not in reported and (cycle := _cycle_through(start, edges, cyclic)):
            reported.update(cycle)
            yield (*cycle, cycle[0])


def _in_or_behind_cycles(edges: Edges) -> set[UnitAddress]:
    """Remove units without dependencies until there are none, and give the rest."""
    waiting = {unit: len(set(before)) for unit, before in edges.items()}
    followers = _reversed(edges)
    free = [unit for unit in followers if not waiting.get(unit)]
    while free:
        for follower in followers.get(free.pop(), ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                free.append(follower)
    return {unit for unit, count in waiting.items() if count}


def _reversed(edges: Edges) -> dict[UnitAddress, list[UnitAddress]]:
    followers: dict[UnitAddress, list[UnitAddress]] = {}
    for unit, before in edges.items():
        for other in set(before):
            followers.setdefault(other, []).append(unit)
    return followers


def _cycle_through(start: UnitAddress, edges: Edges, inside: set[UnitAddress]) -> list[UnitAddress]:
    """Find the shortest path from a unit back to it; [] if there is none."""
    came_from: dict[UnitAddress, UnitAddress] = {}
    reached = deque([start])
    while reached:
        unit = reached.popleft()
        for other in sorted(set(edges[unit]) & inside):
            if other == start:
                path = [unit]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if other not in came_from:
                came_from[other] = unit
                reached.append(other)
    return []
