"""The state of each client of a view, as lists and filters need it."""

from collections.abc import Mapping

from cellwright.app.clients.client import client_level
from cellwright.app.clients.life import Standing, state_of
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.view import FleetView
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.change import Status

_STANDING = frozenset({Status.UP_TO_DATE, Status.CHANGED, Status.FAILED})


def lives(session: FleetSession, view: FleetView) -> Mapping[CellAddress, ClientState]:
    """Tell the states of the clients that a view has.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return view.once("lives", lambda: _lives(session, view))


def _lives(session: FleetSession, view: FleetView) -> Mapping[CellAddress, ClientState]:
    level = client_level(view.fleet.levels).name
    recorded = session.ledger().lives.of()
    found: dict[CellAddress, ClientState] = {}
    for address, entry in view.cells.items():
        if address.level == level:
            cell = view.fleet.cells.get(address)
            state = state_of(recorded.get(address), cell, _standing(entry))
            if state is not None:
                found[address] = state
    return found


def _standing(entry: CellEntry) -> Standing:
    units = [item for item in entry.units if item.status is not Status.DESTROY]
    return Standing(sum(item.status in _STANDING for item in units), len(units))
