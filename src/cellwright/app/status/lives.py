"""The clients that are not simply active: suspended, or leaving."""

from collections.abc import Container, Mapping

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.lifecycle import is_suspended
from cellwright.ledger.read.unit_reader import UnitReader
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState


def notable_clients(
    fleet: Fleet, ledger: UnitReader, cells: Container[CellAddress]
) -> Mapping[CellAddress, ClientState]:
    """Tell the states of those of these cells that are suspended or leave."""
    found = {
        address: ClientState.SUSPENDED for address, cell in fleet.cells.items() if is_suspended(cell)
    } | dict(ledger.leaving_clients())
    return {address: state for address, state in sorted(found.items()) if address in cells}
