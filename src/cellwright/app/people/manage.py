"""Manage people: invite them, give roles and take them away, let them in no more."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cellwright.access.roles import Grant, Permission, may_give
from cellwright.access.visitor import PermissionRefusedError, SignedInBy, Visitor
from cellwright.app.people.confirming import demand_proof_of_session
from cellwright.app.people.scopes import refuse_unclear
from cellwright.app.people.standing import (
    grants_of,
    people_of,
    person_named,
    record_of,
    shown_scope,
    subject_of,
)
from cellwright.app.people.welcome import make_link, new_person
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import GrantOrigin, GrantRecord, LinkPurpose, Person, PersonKind
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRequest:
    """Somebody new: how they are called, and what they may do."""

    login: str
    name: str
    email: str = ""
    service: bool = False
    """A program, which can't sign in and has tokens only."""
    grants: tuple[Grant, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody who was invited, and the secret of their link, which is shown once; none for a service."""

    person: Person
    secret: str | None = field(repr=False)


def invite(session: FleetSession, visitor: Visitor, request: InviteRequest) -> Invitation:
    """Add somebody, with a one-time link with which they choose their password.

    Events `person.added`, `role.given`, `person.invited`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet, or give these roles.
        DiagnosticError: the names are not good, or are somebody else's; or a token wants to invite a person.
    """
    visitor.demand(Permission.ADMINISTER)
    if not request.service:
        demand_session(visitor, "invite somebody")
    demand_proof_of_session(session, visitor)
    refuse_unclear(session, request.grants)
    made, faults = new_person(request.login, request.name, request.email)
    if faults:
        raise DiagnosticError(*faults)
    person = Person(
        id=made.id,
        login=made.login,
        name=made.name,
        email=made.email,
        kind=PersonKind.SERVICE if request.service else PersonKind.PERSON,
        created_by=visitor.actor.name,
    )
    records = tuple(record_of(person.id, grant, visitor.actor, request.reason) for grant in request.grants)
    detail: dict[str, Json] = {"name": person.shown, "kind": person.kind.value}
    events = [EventDraft(visitor.actor, "person.added", subject_of(person), request.reason, detail)]
    events += [_given(visitor, person, record) for record in records]
    people_of(session).directory.add(person, records, events)
    if request.service:
        return Invitation(person=person, secret=None)
    return Invitation(person=person, secret=make_link(session, visitor.actor, person, LinkPurpose.INVITATION))


def new_link(session: FleetSession, visitor: Visitor, person: str) -> str:
    """Make the secret of a link with which somebody sets a new password. Event `person.reset_link`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet.
        DiagnosticError: there is no such person, it is a service, or the visitor uses a token.
    """
    visitor.demand(Permission.ADMINISTER)
    demand_session(visitor, "make a link to set a password")
    demand_proof_of_session(session, visitor)
    found = person_named(people_of(session), person)
    if found.kind is PersonKind.SERVICE:
        raise DiagnosticError(error("a service has no password", "make a token for it"))
    return make_link(session, visitor.actor, found, LinkPurpose.RESET)


def disable(session: FleetSession, visitor: Visitor, person: str, reason: str = "") -> None:
    """Let somebody sign in no more; their sessions end, their tokens are refused. Event `person.disabled`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet.
        DiagnosticError: there is no such person, or they are the last admin.
    """
    visitor.demand(Permission.ADMINISTER)
    people = people_of(session)
    found = person_named(people, person)
    people.directory.disable(person, EventDraft(visitor.actor, "person.disabled", subject_of(found), reason))


def enable(session: FleetSession, visitor: Visitor, person: str, reason: str = "") -> None:
    """Let somebody sign in again. Event `person.enabled`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet.
        DiagnosticError: there is no such person.
    """
    visitor.demand(Permission.ADMINISTER)
    people = people_of(session)
    found = person_named(people, person)
    people.directory.enable(person, EventDraft(visitor.actor, "person.enabled", subject_of(found), reason))


def give_role(session: FleetSession, visitor: Visitor, person: str, grant: Grant, reason: str = "") -> None:
    """Give somebody a role; an admin of a part of the fleet within that part only. Event `role.given`.

    Raises:
        PermissionRefusedError: the visitor may not give this role there.
        DiagnosticError: there is no such person or place, or they have it already.
    """
    demand_giving(visitor, grant)
    demand_proof_of_session(session, visitor)
    refuse_unclear(session, (grant,))
    people = people_of(session)
    found = person_named(people, person)
    if any(grant in grants_of([known]) and _lasts(known) for known in people.standing.of(person)):
        raise DiagnosticError(
            error(f"{found.name} is {grant.role.value} of {shown_scope(grant)} already", "nothing to do")
        )
    record = record_of(person, grant, visitor.actor, reason)
    people.standing.give(record, _given(visitor, found, record))


def withdraw_role(
    session: FleetSession, visitor: Visitor, person: str, grant_id: str, reason: str = ""
) -> None:
    """Take a role away from somebody; what somebody took by break-glass, they may give back themselves.

    Event `role.withdrawn`.

    Raises:
        PermissionRefusedError: the visitor may not take this role away.
        DiagnosticError: there is no such grant, or they are the last admin.
    """
    people = people_of(session)
    found = person_named(people, person)
    known = next((item for item in people.standing.of(person) if item.id == grant_id), None)
    if known is None:
        raise _no_grant()
    own = known.origin is GrantOrigin.BREAK_GLASS and person == visitor.id
    if not own:
        for grant in grants_of([known]):
            demand_giving(visitor, grant)
    event = EventDraft(visitor.actor, "role.withdrawn", subject_of(found), reason, _detail(known))
    if not people.standing.withdraw(person, grant_id, event):
        raise _no_grant()


def demand_giving(visitor: Visitor, grant: Grant) -> None:
    """Refuse to give a role beyond what the visitor manages.

    Raises:
        PermissionRefusedError: they don't manage people there.
    """
    limited: Iterable[Grant] = visitor.limits if visitor.limits is not None else visitor.grants
    if not (may_give(visitor.grants, grant) and may_give(limited, grant)):
        raise PermissionRefusedError(visitor, Permission.ADMINISTER, None)


def demand_session(visitor: Visitor, what: str) -> None:
    """Refuse a token what only somebody who has signed in may do: one that leaked must not outlive itself.

    Raises:
        DiagnosticError: a token was used.
    """
    if visitor.by is not SignedInBy.SESSION:
        raise DiagnosticError(error(f"a token can't {what}", "sign in to the console for it"))


def _given(visitor: Visitor, person: Person, record: GrantRecord) -> EventDraft:
    return EventDraft(visitor.actor, "role.given", subject_of(person), record.reason, _detail(record))


def _detail(record: GrantRecord) -> dict[str, Json]:
    return {
        "role": record.role,
        "levels": list(record.levels),
        "cells": list(record.cells),
        "tags": list(record.tags),
        "origin": record.origin.value,
    }


def _lasts(record: GrantRecord) -> bool:
    return record.expires is None and record.origin is GrantOrigin.GRANTED


def _no_grant() -> DiagnosticError:
    return DiagnosticError(error("there is no such grant any more", "load the page again"))
