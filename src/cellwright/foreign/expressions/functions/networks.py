"""Functions of addresses of networks."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from cellwright.foreign.expressions.values import NoValue

Network = IPv4Network | IPv6Network


def _network(text: object) -> Network:
    return ip_network(str(text), strict=False)


def _below(network: Network, more: int, number: int) -> Network:
    length = network.prefixlen + more
    if not more >= 0 or length > network.max_prefixlen or not 0 <= number < 2**more:
        raise NoValue("the network has no such part")
    first = int(network.network_address) + (number << (network.max_prefixlen - length))
    return type(network)((first, length))


def _host(given: list[Any]) -> str:
    network, number = _network(given[0]), int(given[1])
    at = number if number >= 0 else network.num_addresses + number
    if not 0 <= at < network.num_addresses:
        raise NoValue("the network has no such address")
    return str(type(network.network_address)(int(network.network_address) + at))


def _subnets(given: list[Any]) -> list[str]:
    network = _network(given[0])
    at, found = int(network.network_address), []
    for more in given[1:]:
        size = 1 << (network.max_prefixlen - network.prefixlen - int(more))
        at = (at + size - 1) // size * size
        below = type(network)((at, network.prefixlen + int(more)))
        if not below.subnet_of(network):  # type: ignore[arg-type]  # of one version
            raise NoValue("the network is too small for its parts")
        found.append(str(below))
        at += size
    return found


NETWORKS: Mapping[str, Callable[[list[Any]], Any]] = {
    "cidrhost": _host,
    "cidrnetmask": lambda given: str(_network(given[0]).netmask),
    "cidrsubnet": lambda given: str(_below(_network(given[0]), int(given[1]), int(given[2]))),
    "cidrsubnets": _subnets,
    "cidrcontains": lambda given: ip_address(given[1].partition("/")[0]) in _network(given[0]),
}
