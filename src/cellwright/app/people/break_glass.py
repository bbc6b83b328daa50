"""Break-glass: in an emergency an admin takes a role beyond their own, for a short time, with a reason.

All that they do meanwhile is marked in the trail; it also lets them approve a run of their own where the
fleet demands a second person.
"""

from dataclasses import dataclass
from datetime import timedelta

from cellwright.access.roles import Grant, Permission, Role
from cellwright.access.visitor import Visitor
from cellwright.app.people.manage import demand_session
from cellwright.app.people.scopes import refuse_unclear
from cellwright.app.people.standing import people_of, person_named, record_of, shown_scope, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import GrantOrigin, GrantRecord
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.visible import visible
from cellwright.model.value import Json

LONGEST_MINUTES = 240
SHORTEST_REASON = 10
LONGEST_REASON = 500
TAKEN = (Role.OPERATOR, Role.APPROVER)
"""Not admin: who may manage people must not be settled in an emergency, for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassRequest:
    """What somebody takes, why, and for how long."""

    grant: Grant
    reason: str
    minutes: int = 30


def break_glass(session: FleetSession, visitor: Visitor, request: BreakGlassRequest) -> GrantRecord:
    """Take a role for a short time. Event `glass.broken`.

    Raises:
        PermissionRefusedError: the visitor is no admin of any part of the fleet.
        DiagnosticError: a token was used, or reason, role or time are not good.
    """
    visitor.demand_somewhere(Permission.ADMINISTER)
    demand_session(visitor, "break the glass")
    reason = request.reason.strip()
    faults = []
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or visible(reason) != reason:
        told = f"a reason of {SHORTEST_REASON} to {LONGEST_REASON} characters is needed"
        faults.append(error(told, "say what has happened"))
    if request.grant.role not in TAKEN:
        faults.append(error(f"{request.grant.role.value} can't be taken", "operator and approver can"))
    if not 1 <= request.minutes <= LONGEST_MINUTES:
        faults.append(error(f"it lasts from 1 to {LONGEST_MINUTES} minutes", "choose another number"))
    if faults:
        raise DiagnosticError(*faults)
    refuse_unclear(session, (request.grant,))
    people = people_of(session)
    expires = session.now() + timedelta(minutes=request.minutes)
    record = record_of(
        visitor.id, request.grant, visitor.actor, reason, origin=GrantOrigin.BREAK_GLASS, expires=expires
    )
    detail: dict[str, Json] = {
        "role": record.role,
        "where": shown_scope(request.grant),
        "until": expires.isoformat(timespec="seconds"),
    }
    subject = subject_of(person_named(people, visitor.id))
    people.standing.give(record, EventDraft(visitor.actor, "glass.broken", subject, reason, detail))
    return record
