"""What a visitor may do with a rollout, which is a change of all its cells."""

from collections.abc import Iterable
from dataclasses import replace

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.reach import everything
from cellwright.app.overview.rollouts.rollout_view import whole_rollout
from cellwright.app.overview.rollouts.seen import concealed
from cellwright.app.rollouts.preparing import Prepared, RolloutRequest, prepare
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import demand_cells, reach, readable
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error


def demand_rollout(
    visitor: Visitor, permission: Permission, session: FleetSession, rollout: str
) -> RolloutRecord:
    """Give a rollout, if a visitor may do this at all of its cells.

    Raises:
        MissingError: there is none, or they may see none of its cells.
        PermissionRefusedError: they may not, at one of its cells at least.
    """
    record = whole_rollout(session, rollout, readable(visitor))
    demand_cells(visitor, permission, (cell.address for cell in record.plan.cells))
    return record


def demand_prepared(
    visitor: Visitor, permissions: Iterable[Permission], session: FleetSession, request: RolloutRequest
) -> Prepared:
    """Prepare a rollout, if a visitor has these permissions at all of its cells.

    Raises:
        PermissionRefusedError: they have not.
        DiagnosticError: it can't begin; of faults of the fleet nothing is told to who may not see all of it.
    """
    wanted = tuple(permissions)
    for permission in wanted:
        visitor.demand_somewhere(permission)
    try:
        prepared = prepare(session, request)
    except DiagnosticError as fault:
        if reach(visitor) is everything:
            raise
        told = tuple(_told(visitor, item) for item in fault.diagnostics if item.position is None)
        summary, advice = "this rollout can't begin as things are", "ask somebody who may see the whole fleet"
        raise DiagnosticError(*(told or (error(summary, advice),))) from None
    for permission in wanted:
        demand_cells(visitor, permission, (cell.address for cell in prepared.plan.cells))
    return replace(prepared, suspended=tuple(filter(reach(visitor), prepared.suspended)))


def _told(visitor: Visitor, item: Diagnostic) -> Diagnostic:
    readable = reach(visitor)
    return replace(item, summary=concealed(item.summary, readable), detail=concealed(item.detail, readable))
