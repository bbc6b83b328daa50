"""Graph: units and what each depends on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellwright.app.session.session import FleetSession
from cellwright.model.address import UnitAddress
from cellwright.planning.graph import Edge, edges_of
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRequest:
    """Which units."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)


@dataclass(frozen=True, slots=True)
class GraphView:
    """Units and dependencies; an edge's source depends on its target."""

    nodes: tuple[UnitAddress, ...]
    edges: tuple[Edge, ...]


def graph(session: FleetSession, request: GraphRequest) -> GraphView:
    """Give the chosen enabled units and what they depend on among themselves.

    Raises:
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    scope = scope_of(request.selectors, request.relatives)
    units = session.usable(scope).fleet.units
    chosen = select(units, request.selectors, request.relatives)
    nodes = tuple(address for address in sorted(chosen) if units.is_enabled(address))
    inside = frozenset(nodes)
    edges = edges_of(units[address] for address in nodes)
    return GraphView(nodes, tuple(edge for edge in edges if edge.target in inside))
