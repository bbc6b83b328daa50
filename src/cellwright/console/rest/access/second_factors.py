"""Second factors: what somebody shows besides a password, listed and removed. They are made on pages only."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.api.people import people as document
from cellwright.app.people.reset import APP, remove_factor, remove_factors, visible_factors
from cellwright.app.people.standing import people_of
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import PLAIN
from cellwright.console.wire.problems import absent
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import people as schemas

router = noun_router()
OWN = "me"
PATH = "/people/{person}/second-factors"

PersonId = Annotated[str, Path(max_length=100, pattern=PLAIN, description="A person's id, or `me`.")]


@router.get(PATH, response_model=schemas.SecondFactors)
def second_factors(request: Request, visitor: SignedIn, person: PersonId) -> Response:
    """List somebody's second factors: your own, or, for an admin, anybody's."""
    session = services(request).session
    return answer(
        request, document.factors(visible_factors(session, visitor, _named(request, visitor, person)))
    )


@router.delete(PATH, status_code=HTTPStatus.NO_CONTENT)
def reset(request: Request, visitor: SignedIn, person: PersonId) -> Response:
    """Remove all second factors of somebody who has lost their device, and end their sessions.

    For an admin, in a session of the console in which they have just shown who they are.
    """
    remove_factors(services(request).session, visitor, _named(request, visitor, person))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete(f"{PATH}/app", status_code=HTTPStatus.NO_CONTENT)
def remove_app(request: Request, visitor: SignedIn, person: PersonId) -> Response:
    """Remove an authenticator app and its recovery codes, in a session as above."""
    remove_factor(services(request).session, visitor, _named(request, visitor, person), APP)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete(f"{PATH}/passkeys/{{passkey}}", status_code=HTTPStatus.NO_CONTENT)
def remove_passkey(
    request: Request,
    visitor: SignedIn,
    person: PersonId,
    passkey: Annotated[str, Path(max_length=2_000, pattern=PLAIN, description="A passkey's id.")],
) -> Response:
    """Remove a passkey, in a session as above."""
    owner = _named(request, visitor, person)
    remove_factor(services(request).session, visitor, owner, passkey)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _named(request: Request, visitor: Visitor, person: str) -> str:
    if person in {OWN, visitor.id}:
        return visitor.id
    visitor.demand(Permission.ADMINISTER)
    if people_of(services(request).session).directory.find(person) is None:
        raise absent(f"there is no person '{person}'", "GET /api/v1/people lists them")
    return person
