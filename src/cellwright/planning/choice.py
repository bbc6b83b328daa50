"""The units of a run and their order: changes, units that depend on them, and destroys if asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.model.unit import Unit
from cellwright.planning.graph import Graph
from cellwright.planning.outline import graph_of

CHANGES = frozenset({Status.CHANGED, Status.NEVER_APPLIED, Status.FAILED, Status.BLOCKED})
"""Statuses of units that an apply takes up."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The units of a run with their order."""

    parts: tuple[RunUnit, ...]
    graph: Graph
    """Applies come after their upstreams, destroys after the units that depended on them."""
    waiting: tuple[UnitAddress, ...] = ()
    """Units that are switched off or gone, and are not to be destroyed in this run."""


def choose(
    statuses: Iterable[UnitStatus],
    units: Mapping[UnitAddress, Unit],
    recorded: Mapping[UnitAddress, frozenset[UnitAddress]],
    *,
    destroy: bool,
    named: frozenset[UnitAddress] = frozenset(),
    thorough: bool = False,
) -> Choice:
    """Choose a run's units from the statuses of the selected ones.

    A selected unit that is up to date is included if it depends on one that changes, as its inputs may change
    then; with `thorough`, all that are up to date are. `recorded` says what each applied unit depended on.
    Units to destroy are included only with `destroy`, or if they are `named` one by one.
    """
    found = tuple(statuses)
    changed = {item.address for item in found if item.status in CHANGES}
    doomed = {
        item.address for item in found if item.status is Status.DESTROY and (destroy or item.address in named)
    }
    graph = graph_of(units, enabled_only=True)
    settled = {item.address for item in found if item.status is Status.UP_TO_DATE}
    applied = changed | (settled if thorough else graph.with_downstreams(changed) & settled)
    waiting = {item.address for item in found if item.status is Status.DESTROY} - doomed
    return replace(make_choice(applied, doomed, graph, recorded), waiting=tuple(sorted(waiting)))


def left_standing(
    choice: Choice, recorded: Mapping[UnitAddress, frozenset[UnitAddress]]
) -> tuple[tuple[UnitAddress, UnitAddress], ...]:
    """Units that would lose what they depend on: pairs of such a unit and one that the run destroys.

    A unit that the run applies first no longer depends on it: else its settings would have errors.
    """
    operations = {part.address: part.operation for part in choice.parts}
    doomed = {address for address, operation in operations.items() if operation is Operation.DESTROY}
    return tuple(
        (address, upstream)
        for address, upstreams in sorted(recorded.items())
        if address not in operations
        for upstream in sorted(upstreams & doomed)
    )


def make_choice(
    applied: Iterable[UnitAddress],
    doomed: Iterable[UnitAddress],
    graph: Graph,
    recorded: Mapping[UnitAddress, frozenset[UnitAddress]],
) -> Choice:
    """Order applies by the settings, and destroys in reverse of the recorded dependencies."""
    operations = dict.fromkeys(applied, Operation.APPLY) | dict.fromkeys(doomed, Operation.DESTROY)
    waits: dict[UnitAddress, set[UnitAddress]] = {
        address: set(graph.upstreams.get(address, ())) & operations.keys()
        if operation is Operation.APPLY
        else set()
        for address, operation in operations.items()
    }
    for address in operations:
        for upstream in recorded.get(address, ()):
            if operations.get(upstream) is Operation.DESTROY and upstream != address:
                waits[upstream].add(address)
    parts = tuple(RunUnit(address, operations[address]) for address in sorted(operations))
    return Choice(parts, Graph({address: frozenset(ups) for address, ups in waits.items()}))
