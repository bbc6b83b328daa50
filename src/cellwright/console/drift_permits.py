"""Who may acknowledge drift, and which acknowledgements somebody sees."""

from collections.abc import Iterable

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.drift.acknowledging import unit_named
from cellwright.ledger.drift.values import Acknowledgement
from cellwright.model.address import AddressError, UnitAddress


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


def seen_acknowledgements(visitor: Visitor, found: Iterable[Acknowledgement]) -> tuple[Acknowledgement, ...]:
    """Leave out those of units that a visitor may not see; groups may be of any cell."""
    if visitor.may(Permission.READ):
        return tuple(found)
    return tuple(item for item in found if item.unit and _sees(visitor, item.unit))


def _sees(visitor: Visitor, unit: str) -> bool:
    try:
        return visitor.may(Permission.READ, UnitAddress.parse(unit).of_cell)
    except AddressError:
        return False
