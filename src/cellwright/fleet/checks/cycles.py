"""Units that wait for each other."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from cellwright.model.address import UnitAddress

Edges: TypeAlias = Mapping[UnitAddress, Sequence[UnitAddress]]
"""For each unit those that must come before it."""


def find_cycles(edges: Edges) -> Iterator[tuple[UnitAddress, ...]]:
    """Yield shortest cycles, the first unit repeated at the end, until each unit in a cycle was in one."""
    tangled = _left_over(edges)
    tangled &= _left_over(_turned_round({unit: edges[unit] for unit in tangled}))
    told: set[UnitAddress] = set()
    for start in sorted(tangled):
        if start not in told and (cycle := _cycle_through(start, edges, tangled)):
            told.update(cycle)
            yield (*cycle, cycle[0])


def _left_over(edges: Edges) -> set[UnitAddress]:
    """Take away, again and again, the units that wait for nobody, and give those that are left."""
    waiting = {unit: len(set(before)) for unit, before in edges.items()}
    followers = _turned_round(edges)
    free = [unit for unit in followers if not waiting.get(unit)]
    while free:
        for follower in followers.get(free.pop(), ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                free.append(follower)
    return {unit for unit, count in waiting.items() if count}


def _turned_round(edges: Edges) -> dict[UnitAddress, list[UnitAddress]]:
    followers: dict[UnitAddress, list[UnitAddress]] = {}
    for unit, before in edges.items():
        for other in set(before):
            followers.setdefault(other, []).append(unit)
    return followers


def _cycle_through(start: UnitAddress, edges: Edges, inside: set[UnitAddress]) -> list[UnitAddress]:
    """Find the shortest way from a unit back to it; [] if there is none."""
    came_from: dict[UnitAddress, UnitAddress] = {}
    reached = deque([start])
    while reached:
        unit = reached.popleft()
        for other in sorted(set(edges[unit]) & inside):
            if other == start:
                way = [unit]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if other not in came_from:
                came_from[other] = unit
                reached.append(other)
    return []
