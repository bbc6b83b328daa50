"""The clients that are not simply active: suspended, or leaving."""

from collections.abc import Container, Mapping

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.lifecycle import is_suspended
from cellwright.ledger.read.unit_reader import UnitReader
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState

_LEAVING = frozenset({ClientState.OFFBOARDING, ClientState.DESTROYING})


def notable_clients(
    fleet: Fleet, ledger: UnitReader, cells: Container[CellAddress]
) -> Mapping[CellAddress, ClientState]:
    """Tell the states of those of these cells that are suspended or leave."""
    found = {
        address: ClientState.SUSPENDED for address, cell in fleet.cells.items() if is_suspended(cell)
    } | dict(ledger.leaving_clients())
    return {address: state for address, state in sorted(found.items()) if address in cells}


def why_stopped(
    session: FleetSession, clients: Mapping[CellAddress, ClientState]
) -> Mapping[CellAddress, str]:
    """Tell why the offboardings of clients stand still, of those that do; asked only where one leaves."""
    if not any(state in _LEAVING for state in clients.values()):
        return {}
    from cellwright.app.status.stopped import stopped_offboardings  # noqa: PLC0415  few leave

    found = stopped_offboardings(session)
    return {cell: item.why for cell, item in sorted(found.items()) if cell in clients}
