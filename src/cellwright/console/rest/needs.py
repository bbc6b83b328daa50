"""What needs a person: all that the start page tells."""

from fastapi import Request, Response

from cellwright.api.runs import needs as document
from cellwright.app.overview.needs import needs as needs_case
from cellwright.console.reading import fleet_view
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import overview as schemas

router = noun_router()


@router.get("/needs", response_model=schemas.Needs)
def needs(request: Request, visitor: SignedIn) -> Response:
    """Tell what waits for somebody: approvals, failures, drift, exceptions that end soon, findings."""
    view = fleet_view(request, visitor)
    return answer(request, document.needs(needs_case(services(request).session, view)))
