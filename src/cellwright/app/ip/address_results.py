"""What the use cases about addresses return: values to print, none of them formatted."""

from dataclasses import dataclass
from datetime import datetime

from cellwright.fleet.pools import Network, Pool
from cellwright.ipam.tenure import Tenure


@dataclass(frozen=True, slots=True)
class UsedBlock:
    """A block that a cell holds."""

    block: Network
    cells: tuple[str, ...]
    """Several where levels share one file of settings."""
    choice: str | None
    """The setting that chose its size: its tier."""


@dataclass(frozen=True, slots=True)
class WaitingBlock:
    """A released block in quarantine."""

    block: Network
    cell: str
    """Who held it."""
    released: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool, all its blocks in the order of their addresses. Together they are the pool."""

    pool: Pool
    used: tuple[UsedBlock, ...]
    waiting: tuple[WaitingBlock, ...]
    free: tuple[Network, ...]
    """As large as CIDR allows."""

    @property
    def free_addresses(self) -> int:
        """How many addresses nobody has."""
        return sum(block.num_addresses for block in self.free)


@dataclass(frozen=True, slots=True)
class FreeBlocks:
    """The free blocks of one size in a pool."""

    pool: Pool
    size: int
    count: int
    """How many there are; `blocks` may be fewer."""
    blocks: tuple[Network, ...]
    """The one that would be given next first."""


@dataclass(frozen=True, slots=True)
class BlockHistory:
    """Who held a block, a part of it, or what it is a part of; in the order in which they began."""

    block: Network
    tenures: tuple[Tenure, ...]
