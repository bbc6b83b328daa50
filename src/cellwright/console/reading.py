"""What a visitor sees of the fleet: only cells that they may read."""

from fastapi import Request

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.view import FleetView
from cellwright.console.services import services
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error


def fleet_view(request: Request, visitor: Visitor) -> FleetView:
    """Give the fleet as far as a visitor may see it.

    Raises:
        PermissionRefusedError: they may read nothing.
        DiagnosticError: the fleet can't be read.
    """
    visitor.demand_somewhere(Permission.READ)
    view = services(request).view(visitor)
    if visitor.may(Permission.READ):
        return view
    return view.restricted(lambda cell: visitor.may(Permission.READ, cell.address, cell.tags))


def refuse_unread(view: FleetView) -> None:
    """Say what is wrong with a fleet of which no cell could be read: a cell that is not seen may well exist.

    Raises:
        DiagnosticError: it has findings, and no cells.
    """
    if view.findings and not view.cells:
        raise DiagnosticError(*view.findings)


def cell_of(view: FleetView, level: str, name: str) -> CellEntry:
    """Give the cell that a page's address names.

    Raises:
        MissingError: there is none that the visitor may see.
        DiagnosticError: as `refuse_unread`.
    """
    try:
        address = CellAddress.parse(f"{level}/{name}")
    except AddressError as fault:
        raise MissingError(error(str(fault), "a cell is written LEVEL/NAME")) from None
    if address not in view.cells:
        refuse_unread(view)
        raise MissingError(
            error(f"there is no cell {address}, or you may not see it", "the fleet's page lists every cell")
        )
    return view.cells[address]


def unit_of(view: FleetView, level: str, name: str, stack: str) -> tuple[CellEntry, UnitAddress]:
    """Give the cell of the unit that a page's address names, and the unit.

    Raises:
        MissingError: there is none that the visitor may see.
    """
    cell = cell_of(view, level, name)
    try:
        address = UnitAddress.parse(f"{level}/{name}/{stack}")
    except AddressError as fault:
        raise MissingError(error(str(fault), "a unit is written LEVEL/CELL/STACK")) from None
    if address not in view.fleet.units and all(item.address != address for item in cell.units):
        raise MissingError(error(f"there is no unit {address}", "the cell's page lists its units"))
    return cell, address
