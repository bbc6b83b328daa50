"""How far a visitor's permissions reach: a question asked of each cell."""

from collections.abc import Callable

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.run_list import everything
from cellwright.model.address import CellAddress


def reach(visitor: Visitor, permission: Permission = Permission.READ) -> Callable[[CellAddress], bool]:
    """Give whether the visitor may do this at a cell; `everything` for who may in the whole fleet."""
    if visitor.may(permission):
        return everything
    return lambda cell: visitor.may(permission, cell)
