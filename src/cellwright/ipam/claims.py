"""Claims: what the ledger knows of who has which block, for clones that don't see each other's files.

Cells' files say which block a cell has. A claim says the same to other clones until git brings them the file.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from cellwright.fleet.pools import Network

_Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockClaim:
    """A cell has a block, or had it until it was released."""

    block: Network
    pool: str
    cell: str
    """The cell's address as text: it may be in no file of this clone."""
    released: datetime | None = None

    def free_from(self, quarantine_days: int) -> datetime | None:
        """When its quarantine is over; None while the block is the cell's."""
        return None if self.released is None else self.released + timedelta(days=quarantine_days)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim that can't be made, and the one in its way."""

    wanted: BlockClaim
    other: BlockClaim


@dataclass(frozen=True, slots=True)
class Settled:
    """The claims after a change: no two of them overlap."""

    claims: tuple[BlockClaim, ...]
    refused: tuple[Refusal, ...] = ()


def settle(
    claims: Iterable[BlockClaim],
    wanted: Sequence[BlockClaim],
    outdated: Collection[BlockClaim] = (),
    now: datetime | None = None,
) -> Settled:
    """Make the wanted claims, one after the other, as far as no other cell has a part of the block.

    A cell's own claims, and released ones, give way to a new claim on their addresses. `outdated` claims are
    known not to hold any more: they count as released `now`.
    """
    table = _Table(replace(item, released=now) if item in outdated else item for item in claims)
    refused = []
    for claim in wanted:
        touched = list(table.touching(claim.block))
        if claim in touched:
            continue
        others = [item for item in touched if item.released is None and item.cell != claim.cell]
        if others:
            refused.append(Refusal(claim, others[0]))
            continue
        for item in touched:
            table.remove(item)
        table.add(claim)
    return Settled(table.claims(), tuple(refused))


class _Table:
    """Claims in the order of their addresses; none overlaps another."""

    def __init__(self, claims: Iterable[BlockClaim]) -> None:
        self._by_place = {_place(item.block): item for item in claims}
        self._places = sorted(self._by_place)

    def claims(self) -> tuple[BlockClaim, ...]:
        return tuple(self._by_place[place] for place in self._places)

    def touching(self, block: Network) -> Iterator[BlockClaim]:
        """Yield the claims on addresses of `block`."""
        at = bisect_left(self._places, _place(block))
        end = (block.version, int(block.broadcast_address))
        before = self._by_place[self._places[at - 1]] if at else None
        if before is not None and _end(before.block) >= _place(block):
            yield before
        while at < len(self._places) and self._places[at] <= end:
            yield self._by_place[self._places[at]]
            at += 1

    def add(self, claim: BlockClaim) -> None:
        place = _place(claim.block)
        self._by_place[place] = claim
        insort(self._places, place)

    def remove(self, claim: BlockClaim) -> None:
        place = _place(claim.block)
        del self._by_place[place]
        del self._places[bisect_left(self._places, place)]


def _place(block: Network) -> _Place:
    return block.version, int(block.network_address)


def _end(block: Network) -> _Place:
    return block.version, int(block.broadcast_address)
