"""Who may rename a cell, or allow that it is made anew elsewhere."""

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.clients.client import sharing
from cellwright.app.clients.onboarding.proposing import pull_requests
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error


def demand_rename(visitor: Visitor, session: FleetSession, cell: CellAddress, new: str = "") -> None:
    """Refuse whoever may not change the cell, on every level that its file speaks of, under both names.

    Raises:
        PermissionRefusedError: they may not.
    """
    levels = session.levels() or session.snapshot().fleet.levels
    for item in sharing(levels, cell) or (cell,):
        for permission in (Permission.APPLY, Permission.EDIT):
            visitor.demand(permission, item)
            if new:
                visitor.demand(permission, CellAddress(item.level, new), tuple(visitor.tags_of(item)))


def demand_relocation(visitor: Visitor, cell: CellAddress) -> None:
    """Refuse whoever may not have a cell made anew elsewhere.

    Raises:
        PermissionRefusedError: they may not.
    """
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, cell)


def refuse_pull_requests(session: FleetSession) -> None:
    """Refuse to rename where changes go by pull request: a rename moves states with its commit.

    Raises:
        DiagnosticError: the fleet takes changes by pull request.
    """
    if pull_requests(session) is not None:
        raise DiagnosticError(
            error(
                "this fleet takes changes by pull request, and a rename moves states with its commit",
                "rename it in the fleet's folder, without --server, where its commit can be pushed",
            )
        )
