"""What a visitor may see and do of several cells at once."""

from collections.abc import Callable, Iterable, Sequence

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.run_list import everything
from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.tags import TAGS, tags_of
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import select


def tags_at(fleet: Fleet, cell: CellAddress) -> tuple[str, ...]:
    """Give the tags of a cell, unless these are secret; none of one that the fleet does not have."""
    found = fleet.cells.get(cell)
    return () if found is None or (TAGS,) in found.sensitive else tags_of(found)


def readable(visitor: Visitor, session: FleetSession) -> Callable[[CellAddress], bool]:
    """Give what tells which cells somebody may see.

    Raises:
        PermissionRefusedError: none at all.
    """
    if visitor.may(Permission.READ):
        return everything
    visitor.demand_somewhere(Permission.READ)
    fleet = session.snapshot().fleet
    return lambda cell: visitor.may(Permission.READ, cell, tags_at(fleet, cell))


def demand_cell(visitor: Visitor, permission: Permission, session: FleetSession, cell: CellAddress) -> None:
    """Refuse what a visitor may not do at a cell.

    Raises:
        PermissionRefusedError: they may not.
    """
    demand_cells(visitor, permission, session, (cell,))


def demand_units(
    visitor: Visitor, permission: Permission, session: FleetSession, units: Iterable[UnitAddress]
) -> None:
    """Refuse what a visitor may not do with all of these units.

    Raises:
        PermissionRefusedError: they may not, at one of the cells at least.
    """
    demand_cells(visitor, permission, session, (unit.of_cell for unit in units))


def demand_cells(
    visitor: Visitor, permission: Permission, session: FleetSession, cells: Iterable[CellAddress]
) -> None:
    """Refuse what a visitor may not do at all of these cells.

    Raises:
        PermissionRefusedError: they may not, at one of them at least.
    """
    if visitor.may(permission):
        return
    visitor.demand_somewhere(permission)
    fleet = session.snapshot().fleet
    for cell in sorted(set(cells)):
        visitor.demand(permission, cell, tags_at(fleet, cell))


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
    demand_units(visitor, permission, session, select(fleet.units, selectors, relatives, recorded))
