"""A run's units and what they wait for, as a graph; of a large run, its stacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.runs.run_order import run_order
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.run_unit_query import RunUnitQuery
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation

MOST_UNITS = 60
"""Units that are drawn one by one; of more, the units of each stack are one node."""


@dataclass(frozen=True, slots=True)
class RunGraph:
    """What waits for what. It stays as it is while the run goes on; where the units are changes."""

    waits: Mapping[str, frozenset[str]]
    """Of each node, the nodes before it."""
    node_of: Mapping[UnitAddress, str]
    """In which node each unit is."""
    grouped: bool

    def counts(self, places: Mapping[UnitAddress, str]) -> Mapping[str, Mapping[str, int]]:
        """Tell how many units of each node are where."""
        found: dict[str, dict[str, int]] = {node: {} for node in self.waits}
        for unit, place in places.items():
            node = self.node_of.get(unit)
            if node is not None:
                found[node][place] = found[node].get(place, 0) + 1
        return found


def run_graph(session: FleetSession, run: str, readable: Reach = everything) -> RunGraph:
    """Make the graph of a run's units, as far as whoever asks may see them.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    places, known = RunUnitQuery(ledger.database).places(run), ledger.reader.summary(run)
    if known is not None:
        readable = readable.at(known.at)
    shown = {unit: operation for unit, (operation, _, _) in places.items() if readable(unit.of_cell)}
    order = run_order(session, shown)
    grouped = len(shown) > MOST_UNITS
    node_of = {unit: _node(unit, operation, grouped=grouped) for unit, operation in shown.items()}
    waits: dict[str, set[str]] = {node: set() for node in dict.fromkeys(node_of.values())}
    for unit, node in node_of.items():
        waits[node].update(node_of[other] for other in order.get(unit, ()))
        waits[node].discard(node)
    return RunGraph({node: frozenset(found) for node, found in waits.items()}, node_of, grouped)


def places_of(session: FleetSession, run: str) -> Mapping[UnitAddress, str]:
    """Tell where each unit of a run is now.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    places = RunUnitQuery(session.ledger().database).places(run)
    return {unit: place for unit, (_, _, place) in places.items()}


def _node(unit: UnitAddress, operation: Operation, *, grouped: bool) -> str:
    if not grouped:
        return str(unit)
    ends = " (destroy)" if operation is Operation.DESTROY else ""
    return f"{unit.level}/{unit.stack}{ends}"
