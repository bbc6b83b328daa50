"""People and their roles. What gives somebody a way in takes a session: a token that leaked can't do it."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Request, Response
from pydantic import Field

from cellwright.access.roles import Grant, GrantScope, Permission, Role
from cellwright.access.visitor import Visitor
from cellwright.api.people import people as document
from cellwright.app.people import manage
from cellwright.app.people.standing import people_of
from cellwright.app.session.session import FleetSession
from cellwright.console.people.link_page import link_address
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.once import keep_no_answer
from cellwright.console.wire.parameters import PLAIN, Body, Reason, Text
from cellwright.console.wire.problems import absent
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import people as schemas
from cellwright.ledger.people.records import GrantRecord, Person

router = noun_router()

PersonId = Annotated[str, Path(max_length=100, pattern=PLAIN, description="A person's id.")]
GrantId = Annotated[str, Path(max_length=100, pattern=PLAIN, description="A grant's id.")]
Texts = Annotated[list[Annotated[Text, Field(min_length=1)]], Field(max_length=100)]


class GrantBody(Body):
    """A role, and where it holds; empty parts limit nothing."""

    role: Literal["viewer", "operator", "approver", "admin"]
    levels: Texts = Field(default=[])
    cells: Texts = Field(default=[], description="Patterns of cells: client/eu-*.")
    tags: Texts = Field(default=[])
    reason: Reason = ""

    def grant(self) -> Grant:
        """Give it as a value."""
        scope = GrantScope(levels=frozenset(self.levels), cells=tuple(self.cells), tags=frozenset(self.tags))
        return Grant(Role(self.role), scope)


class PersonBody(Body):
    """Somebody new, or a service."""

    login: Annotated[Text, Field(min_length=1, max_length=100, description="By which they sign in.")]
    name: Annotated[Text, Field(min_length=1)]
    email: Text = ""
    service: bool = Field(default=False, description="A program, which has tokens and can't sign in.")
    grants: Annotated[list[GrantBody], Field(max_length=20)] = Field(default=[])
    reason: Reason = ""


class StandingBody(Body):
    """Whether somebody may sign in."""

    enabled: bool
    reason: Reason = ""


@router.get("/people", response_model=schemas.People)
def people(request: Request, visitor: SignedIn) -> Response:
    """List everybody with their roles."""
    visitor.demand(Permission.ADMINISTER)
    found = people_of(services(request).session)
    grants: dict[str, list[GrantRecord]] = {}
    for record in found.standing.all():
        grants.setdefault(record.person, []).append(record)
    return answer(request, document.people(found.directory.all(), grants))


@router.post("/people", status_code=HTTPStatus.CREATED, response_model=schemas.NewPerson)
def add(request: Request, visitor: SignedIn, body: PersonBody, _key: Key = None) -> Response:
    """Add a service; or invite somebody, in a session of the console only: their link is in this answer."""
    session = services(request).session
    wanted = manage.InviteRequest(
        login=body.login,
        name=body.name,
        email=body.email,
        service=body.service,
        grants=tuple(item.grant() for item in body.grants),
        reason=body.reason,
    )
    made = manage.invite(session, visitor, wanted)
    shown = document.person(made.person, people_of(session).standing.of(made.person.id))
    link = None
    if made.secret is not None:
        keep_no_answer(request)
        link = link_address(request, made.secret)
    return answer(request, {"person": shown, "link": link}, HTTPStatus.CREATED)


@router.post("/people/{person}/link", status_code=HTTPStatus.CREATED, response_model=schemas.PersonLink)
def make_link(request: Request, visitor: SignedIn, person: PersonId, _key: Key = None) -> Response:
    """Make a link to set a new password, in a session of the console only; it is in this answer only."""
    keep_no_answer(request)
    session = services(request).session
    _found(session, visitor, person)
    secret = manage.new_link(session, visitor, person)
    return answer(request, {"link": link_address(request, secret)}, HTTPStatus.CREATED)


@router.get("/people/{person}", response_model=schemas.PersonPart)
def person(request: Request, visitor: SignedIn, person: PersonId) -> Response:
    """Give somebody with their roles."""
    session = services(request).session
    found = _found(session, visitor, person)
    return answer(request, document.person(found, people_of(session).standing.of(person)))


@router.patch("/people/{person}", response_model=schemas.PersonPart)
def set_standing(request: Request, visitor: SignedIn, person: PersonId, body: StandingBody) -> Response:
    """Let somebody sign in, or no more: then their sessions end and their tokens are refused."""
    session = services(request).session
    _found(session, visitor, person)
    change = manage.enable if body.enabled else manage.disable
    change(session, visitor, person, body.reason)
    found = _found(session, visitor, person)
    return answer(request, document.person(found, people_of(session).standing.of(person)))


@router.post("/people/{person}/grants", status_code=HTTPStatus.CREATED, response_model=schemas.PersonPart)
def give_role(
    request: Request, visitor: SignedIn, person: PersonId, body: GrantBody, _key: Key = None
) -> Response:
    """Give somebody a role."""
    session = services(request).session
    manage.demand_giving(visitor, body.grant())
    found = _person(session, person)
    manage.give_role(session, visitor, person, body.grant(), body.reason)
    shown = document.person(found, people_of(session).standing.of(person))
    return answer(request, shown, HTTPStatus.CREATED)


@router.delete("/people/{person}/grants/{grant}", status_code=HTTPStatus.NO_CONTENT)
def withdraw_role(request: Request, visitor: SignedIn, person: PersonId, grant: GrantId) -> Response:
    """Take a role away from somebody."""
    visitor.demand_somewhere(Permission.ADMINISTER)
    session = services(request).session
    _person(session, person)
    manage.withdraw_role(session, visitor, person, grant)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _found(session: FleetSession, visitor: Visitor, person: str) -> Person:
    visitor.demand(Permission.ADMINISTER)
    return _person(session, person)


def _person(session: FleetSession, person: str) -> Person:
    found = people_of(session).directory.find(person)
    if found is None:
        raise absent(f"there is no person '{person}'", "GET /api/v1/people lists them")
    return found
