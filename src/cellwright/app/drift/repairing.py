"""Repair drift: a rollout of the units that have it, though their settings have not changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.drift.listing import group_named, list_drift
from cellwright.app.drift.looking import up_to_date
from cellwright.app.rollouts.preparing import RolloutRequest
from cellwright.app.rollouts.start import Started, start
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRequest:
    """Which drift is repaired, and how."""

    selectors: Sequence[str] = ()
    groups: Sequence[str] = ()
    """Names of groups; acknowledged ones too, where they are named."""
    strategy: str = ""
    """A name below `rollouts`; empty: the only one."""
    reason: str = ""
    approved_how: str = ""


def repair_of(session: FleetSession, request: RepairRequest) -> RolloutRequest:
    """Say what rollout repairs drift; `rollouts.start` begins it.

    Without a group, drift that is acknowledged is left as it is. Units whose settings have changed meanwhile
    are left out: an apply would bring these changes, too.

    Raises:
        DiagnosticError: there is no such drift, or a selector matches nothing.
    """
    view = list_drift(session, request.selectors)
    if request.groups:
        groups = [group_named(view, name) for name in request.groups]
        units = {unit.unit for group in groups for unit in group.units}
    else:
        units = {unit.unit for unit in view.units}
    if not units:
        raise DiagnosticError(error("there is no drift to repair", "`cellwright drift` lists what is known"))
    settled = _settled(session, units)
    if not settled:
        raise DiagnosticError(
            error(
                "the settings of all units with drift have changed",
                "apply them: that repairs the drift, too; `cellwright status` shows what is different",
            )
        )
    return RolloutRequest(
        strategy=request.strategy,
        thorough=True,
        only=settled,
        reason=request.reason or "repair of drift",
        approved_how=request.approved_how,
    )


def begin_repair(session: FleetSession, actor: Actor, request: RepairRequest) -> Started:
    """Begin the rollout that repairs drift; whoever drives rollouts goes on with it.

    Raises:
        DiagnosticError: as `repair_of`, or as a rollout can't begin.
    """
    return start(session, actor, repair_of(session, request))


def _settled(session: FleetSession, units: set[UnitAddress]) -> frozenset[UnitAddress]:
    return frozenset(up_to_date(session.open(writing=True), units))
