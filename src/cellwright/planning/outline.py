"""Labels and dependencies of units, without resolving their settings where the fleet allows it."""

from collections.abc import Iterator, Mapping

from cellwright.fleet.fleet import Units
from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.planning.graph import Graph


def labels_of(units: Mapping[UnitAddress, Unit], address: UnitAddress) -> Mapping[str, str]:
    """A unit's labels; none if there is no such unit."""
    if isinstance(units, Units):
        return units.labels(address)
    unit = units.get(address)
    return unit.labels if unit is not None else {}


def graph_of(units: Mapping[UnitAddress, Unit], *, enabled_only: bool = False) -> Graph:
    """The graph of all units, or of the enabled ones."""
    if not isinstance(units, Units):
        return Graph.of(unit for unit in units.values() if unit.enabled or not enabled_only)
    known = dict(_upstreams(units, enabled_only=enabled_only))
    return Graph({address: frozenset(ups & known.keys()) for address, ups in known.items()})


def _upstreams(units: Units, *, enabled_only: bool) -> Iterator[tuple[UnitAddress, frozenset[UnitAddress]]]:
    for address in units:
        if not enabled_only or units.is_enabled(address):
            yield address, units.upstreams(address)
