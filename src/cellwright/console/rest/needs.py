"""What needs a person, and drift: all that the start page and the page of drift tell."""

from typing import Annotated

from fastapi import Query, Request, Response

from cellwright.api.runs import needs as document
from cellwright.app.overview.needs import needs as needs_case
from cellwright.console.reading import fleet_view
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import Words
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import overview as schemas

router = noun_router()

_PAGE = 200


@router.get("/needs", response_model=schemas.Needs)
def needs(request: Request, visitor: SignedIn) -> Response:
    """Tell what waits for somebody: approvals, failures, drift, exceptions that end soon, findings."""
    view = fleet_view(request, visitor)
    return answer(request, document.needs(needs_case(services(request).session, view)))


@router.get("/drift", response_model=schemas.DriftPage)
def drift(
    request: Request,
    visitor: SignedIn,
    q: Annotated[Words, Query(description="Words in the unit's address or in who started the run.")] = "",
    cursor: Annotated[int, Query(ge=1, le=1_000_000, description="`next` of the page before.")] = 1,
) -> Response:
    """List units whose real resources differ from what was applied, the newest first, 200 a page."""
    text = q.casefold()
    found = [
        item
        for item in fleet_view(request, visitor).drift
        if text in str(item.unit).casefold() or text in item.actor.casefold()
    ]
    following = str(cursor + 1) if len(found) > cursor * _PAGE else None
    shown = found[(cursor - 1) * _PAGE : cursor * _PAGE]
    return page(request, document.drift(shown, following), following)
