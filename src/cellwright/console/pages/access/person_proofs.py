"""Remove the second factors of somebody who has lost their device."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.app.people.confirming import demand_recent_proof
from cellwright.app.people.reset import remove_factors
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()


@router.post("/people/{person}/second-factors/remove")
def remove(request: Request, visitor: SignedIn, person: str) -> Response:
    """Remove them, if the administrator has shown just now who they are."""
    session = services(request).session
    demand_recent_proof(session, visitor)
    remove_factors(session, visitor, person)
    return RedirectResponse(f"/people/{person}", HTTPStatus.SEE_OTHER)
