"""The cells of a fleet as rollouts see them, and what is wrong with its strategies over these cells."""

from collections.abc import Iterator

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.rollout.cells import KnownCell, selector_faults
from cellwright.rollout.waves import assign


def known_cells(fleet: Fleet) -> tuple[KnownCell, ...]:
    """Give the cells with units that are switched on, level by level; resolves none of them."""
    needs: dict[CellAddress, set[CellAddress]] = {}
    labels = {}
    for address in fleet.units:
        if not fleet.units.is_enabled(address):
            continue
        cell = address.of_cell
        if cell not in needs:
            needs[cell] = set()
            labels[cell] = fleet.units.labels(address)
        needs[cell].update(upstream.of_cell for upstream in fleet.units.upstreams(address))
    return tuple(KnownCell(cell, labels[cell], frozenset(found - {cell})) for cell, found in needs.items())


def rollout_findings(session: FleetSession, fleet: Fleet) -> tuple[Diagnostic, ...]:
    """Tell what is wrong with the fleet's strategies and freezes over the cells that it has now."""
    try:
        settings = session.rollouts()
    except DiagnosticError:
        return ()  # the fleet's own findings have them
    if not settings.strategies and not settings.freezes:
        return ()
    cells = known_cells(fleet)

    def found() -> Iterator[Diagnostic]:
        for strategy in settings.strategies.values():
            yield from assign(strategy, cells).findings
        for freeze in settings.freezes:
            yield from selector_faults(freeze.cells, cells, freeze.position)

    return tuple(dict.fromkeys(found()))
