"""Reads and checks `addresses:` of fleet.yaml."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from cellwright.fleet.config.schema import FleetSection, PoolSection
from cellwright.fleet.pools import Addressing, Network, Pool, parse_network
from cellwright.fleet.yaml.node import Node, find_node
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice


def read_addressing(root: Node, section: FleetSection) -> tuple[Addressing, tuple[Diagnostic, ...]]:
    """Read `addresses:` as far as it is valid, with all findings about it."""
    given = section.addresses
    findings: list[Diagnostic] = []
    networks: dict[str, Network] = {}
    for name, pool in given.pools.items():
        try:
            networks[name] = parse_network(pool.cidr)
        except ValueError as fault:
            place = _place(root, name, "cidr")
            findings.append(error(f"'{pool.cidr}' can't be the CIDR of a pool", str(fault), place))
            continue
        findings.extend(_size_faults(root, name, pool, networks[name]))
        findings.extend(_level_faults(root, name, pool, section))
    findings.extend(_overlaps(root, networks))
    pools = {name: _pool(root, name, given.pools[name], networks[name], section) for name in networks}
    return Addressing(pools, given.quarantine_days), tuple(findings)


def _pool(root: Node, name: str, pool: PoolSection, network: Network, section: FleetSection) -> Pool:
    # A pool with the name of a level's folder of cells is for these cells.
    served = [level.name for level in section.levels if level.cells.rstrip("/").rpartition("/")[2] == name]
    return Pool(
        name=name,
        network=network,
        sizes=dict(pool.sizes),
        size=pool.size,
        key=pool.key,
        level=pool.level or (served[-1] if served else None),
        position=_place(root, name),
    )


def _size_faults(root: Node, name: str, pool: PoolSection, network: Network) -> Iterator[Diagnostic]:
    longest = network.max_prefixlen
    sizes: dict[tuple[str, ...], int] = {("sizes", tier): size for tier, size in pool.sizes.items()}
    if pool.size is not None:
        sizes["size",] = pool.size
    if not sizes:
        detail = "give `size: 22`, or `sizes: {standard: 22, gold: 20}`"
        yield error(f"pool '{name}' has no `size` or `sizes`", detail, _place(root, name))
    for path, size in sizes.items():
        if not network.prefixlen <= size <= longest:
            summary = f"a /{size} is no part of the pool '{name}' ({network})"
            detail = f"sizes are prefix lengths from {network.prefixlen} to {longest}"
            yield error(summary, detail, _place(root, name, *path))


def _level_faults(root: Node, name: str, pool: PoolSection, section: FleetSection) -> Iterator[Diagnostic]:
    known = [level.name for level in section.levels]
    if pool.level is not None and pool.level not in known:
        detail = advice(pool.level, known)
        place = _place(root, name, "level")
        yield error(f"the pool '{name}' is for an unknown level '{pool.level}'", detail, place)


def _overlaps(root: Node, networks: Mapping[str, Network]) -> Iterator[Diagnostic]:
    for (first, one), (second, other) in combinations(networks.items(), 2):
        if one.overlaps(other):
            summary = f"the pools '{first}' ({one}) and '{second}' ({other}) overlap"
            yield error(summary, "give each pool space of its own", _place(root, second, "cidr"))


def _place(root: Node, *path: str) -> Position:
    return find_node(root, ("addresses", "pools", *path)).position
