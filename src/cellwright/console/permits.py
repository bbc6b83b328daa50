"""What a visitor may see and do of several cells at once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cellwright.access.roles import Permission
from cellwright.access.visitor import PermissionRefusedError, Visitor
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import select


def reach(visitor: Visitor, permission: Permission = Permission.READ) -> Reach:
    """Give what tells at which cells somebody may do this; `everything` for who may in the whole fleet."""
    if visitor.may(permission):
        return everything
    return Reach(lambda cell: visitor.may(permission, cell), visitor.holder_of)


def readable(visitor: Visitor) -> Reach:
    """Give what tells which cells somebody may see.

    Raises:
        PermissionRefusedError: none at all.
    """
    visitor.demand_somewhere(Permission.READ)
    return reach(visitor)


def demand_units(
    visitor: Visitor, permission: Permission, units: Iterable[UnitAddress], at: int | str | None = None
) -> None:
    """Refuse what a visitor may not do with all of these units, as they are named now, or were at a moment.

    Raises:
        PermissionRefusedError: they may not, at one of the cells at least.
    """
    cells = sorted({unit.of_cell for unit in units})
    if at is None:
        demand_cells(visitor, permission, cells)
        return
    if visitor.may(permission):
        return
    for cell in cells:
        if not visitor.may_then(permission, cell, at):
            raise PermissionRefusedError(visitor, permission, _if_seen_then(visitor, cell, at))
    visitor.demand_somewhere(permission)  # where there are no units


def demand_cells(visitor: Visitor, permission: Permission, cells: Iterable[CellAddress]) -> None:
    """Refuse what a visitor may not do at all of these cells; one that they may not see is not named.

    Raises:
        PermissionRefusedError: they may not, at one of the cells at least.
    """
    if visitor.may(permission):
        return
    for cell in cells:
        if not visitor.may(permission, cell):
            visitor.demand(permission, _if_seen(visitor, cell))
    visitor.demand_somewhere(permission)  # where there is no cell to ask about


def _if_seen(visitor: Visitor, cell: CellAddress) -> CellAddress | None:
    return cell if visitor.may(Permission.READ, cell) else None


def _if_seen_then(visitor: Visitor, cell: CellAddress, at: int | str) -> CellAddress | None:
    return cell if visitor.may_then(Permission.READ, cell, at) else None


def demand_selection(
    visitor: Visitor,
    permission: Permission,
    session: FleetSession,
    selectors: Sequence[str],
    relatives: Relatives,
) -> None:
    """Refuse what a visitor may not do with all units that selectors choose.

    Raises:
        PermissionRefusedError: they may not, at one of the cells at least.
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    if visitor.may(permission):
        return
    visitor.demand_somewhere(permission)
    fleet = session.usable(scope_of(selectors, relatives)).fleet
    recorded = session.ledger().reader.heads(fleet.within)
    try:
        chosen = select(fleet.units, selectors, relatives, recorded)
    except DiagnosticError as fault:
        # What is like it may be what they may not see.
        told = (replace(item, detail="the status lists what you may see") for item in fault.diagnostics)
        raise DiagnosticError(*told) from None
    demand_units(visitor, permission, chosen)
