"""Remove second factors of somebody who has lost their device."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.passkeys import LONGEST_ID
from cellwright.app.people.reset import remove_factor, remove_factors
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()


@router.post("/people/{person}/second-factors/remove")
def remove(
    request: Request,
    visitor: SignedIn,
    person: str,
    factor: Annotated[str, Form(max_length=LONGEST_ID)] = "",
) -> Response:
    """Remove one of them, or all, if the administrator has shown just now who they are."""
    session = services(request).session
    if factor:
        remove_factor(session, visitor, person, factor)
    else:
        remove_factors(session, visitor, person)
    return RedirectResponse(f"/people/{person}", HTTPStatus.SEE_OTHER)
