"""Address space as values: pools, from which cells hold blocks."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from cellwright.model.position import Position

DEFAULT_QUARANTINE_DAYS = 30
"""Longer than flow logs and DNS caches usually refer to an address's former owner."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
"""A CIDR block of IPv4 or IPv6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Address space set aside for a purpose."""

    name: str
    network: Network
    sizes: Mapping[str, int]
    """Prefix length of a cell's block, by the value of the cell's `key`."""
    size: int | None
    """Prefix length where `sizes` does not say; None: such a cell is an error."""
    key: str
    """The cell's setting that chooses the size."""
    level: str | None
    """The level whose new cells get a block; None: blocks are written by hand."""
    position: Position

    def size_for(self, value: object) -> int | None:
        """Give the prefix length for a cell whose `key` has this value; None if there is none."""
        return self.sizes.get(str(value), self.size)


@dataclass(frozen=True, slots=True)
class Addressing:
    """The address space in fleet.yaml."""

    pools: Mapping[str, Pool] = field(default_factory=lambda: MappingProxyType({}))
    quarantine_days: int = DEFAULT_QUARANTINE_DAYS
    """Days for which a released block is not allocated again."""

    def pools_for(self, level: str) -> tuple[Pool, ...]:
        """The pools out of which new cells of a level get their blocks."""
        return tuple(pool for pool in self.pools.values() if pool.level == level)


def parse_network(text: str) -> Network:
    """Read a CIDR block.

    Raises:
        ValueError: it is none, or has host bits set; the message says what to write.
    """
    if not text.rpartition("/")[2].isdecimal() or "/" not in text:
        # Python would take a netmask or no prefix at all, Terraform does not.
        raise ValueError("write a block with its prefix length, as in 10.64.0.0/22")
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        try:
            meant = ipaddress.ip_interface(text).network
        except ValueError:
            raise ValueError("write a block as in 10.64.0.0/22 or fd00:64::/56") from None
        raise ValueError(f"it has host bits set; write {meant}") from None
