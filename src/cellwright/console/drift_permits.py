"""Who may acknowledge drift, and which acknowledgements somebody sees."""

from collections.abc import Iterable

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.drift.acknowledging import unit_named
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.drift.values import Acknowledgement
from cellwright.ledger.read.names import Names, cell_of


def demand_acknowledgement(visitor: Visitor, unit: str) -> None:
    """Refuse to acknowledge what a visitor may not approve; a group may be of any cell, also of later ones.

    Raises:
        PermissionRefusedError: they may not.
        DiagnosticError: the unit's address is none.
    """
    if unit:
        visitor.demand_somewhere(Permission.APPROVE)
        visitor.demand(Permission.APPROVE, unit_named(unit).of_cell)
    else:
        visitor.demand(Permission.APPROVE)


def demand_end(visitor: Visitor, known: Iterable[Acknowledgement], id_: str) -> None:
    """Refuse to end an acknowledgement that a visitor might not make; of one that is not known, any.

    Raises:
        PermissionRefusedError: they may not.
    """
    demand_acknowledgement(visitor, next((item.unit for item in known if item.id == id_), ""))


def seen_acknowledgements(
    visitor: Visitor, session: FleetSession, found: Iterable[Acknowledgement]
) -> tuple[Acknowledgement, ...]:
    """Leave out those of units that a visitor may not see; groups may be of any cell.

    An acknowledgement goes with a client to its new name, and stays under the name of one that is gone.
    """
    if visitor.may(Permission.READ):
        return tuple(found)
    names = names_of(session)
    return tuple(item for item in found if item.unit and _sees(visitor, names, item))


def _sees(visitor: Visitor, names: Names, item: Acknowledgement) -> bool:
    cell = cell_of(item.unit)
    if cell is None or not visitor.may(Permission.READ, cell):
        return False
    return item.made_at > names.left_before(cell)
